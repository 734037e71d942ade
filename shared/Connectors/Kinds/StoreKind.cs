using Microsoft.Extensions.Configuration;
using Millrace.Core;
using Millrace.Hosting;
using Millrace.Schemas;

namespace Millrace.Connectors;

/// <summary>A kind of store: what can be said of the store of a stage by its entry in the catalog, without opening it.</summary>
/// <remarks>
/// In the catalog stands what everybody may know. A setting that may hold a secret is set as a whole by the host, over what the
/// catalog has of it: so the catalog names a database's host, and the host's settings its password besides.
/// </remarks>
public abstract class StoreKind
{
    private static readonly IConfiguration NoOverrides = new ConfigurationBuilder().Build();

    private protected StoreKind(string name, params IReadOnlyList<string> secrets) => (Name, Secrets) = (name, secrets);

    /// <summary>All kinds, by name.</summary>
    public static IReadOnlyList<StoreKind> All { get; } = [new HttpKind(), new LakeKind(), new PostgresKind()];

    /// <summary>What a stage's entry names it by, <c>connector</c>.</summary>
    public string Name { get; }

    /// <summary>The settings that may hold secrets, and nowhere else is said which they are; of one with keys of its own, each of them.</summary>
    public IReadOnlyList<string> Secrets { get; }

    /// <summary>The variables of the environment by which the store's own client signs in, where no setting says how.</summary>
    public virtual IReadOnlyList<string> Variables => [];

    /// <summary>The kind of store that a connector stage writes to.</summary>
    /// <exception cref="CatalogException">There is no such kind; the message lists those that there are.</exception>
    public static StoreKind Of(StageDefinition stage)
    {
        ArgumentNullException.ThrowIfNull(stage);
        return All.FirstOrDefault(kind => kind.Name == stage.Connector) ?? throw new CatalogException(
            $"stages.{stage.Name}.connector is '{stage.Connector}'; allowed is {string.Join(", ", All.Select(kind => kind.Name))}.");
    }

    /// <summary>The host's settings by which a stage is given its secrets, each as <c>Stages:NAME:Settings:KEY</c>.</summary>
    public IEnumerable<string> SecretsOf(StageDefinition stage)
    {
        ArgumentNullException.ThrowIfNull(stage);
        return Secrets.Select(secret => $"Stages:{stage.Name}:Settings:{secret}");
    }

    /// <summary>Whether one of a stage's settings, such as <c>Headers:Authorization</c>, may hold a secret.</summary>
    public bool IsSecret(string setting) => Secrets.Any(secret =>
        setting.Equals(secret, StringComparison.OrdinalIgnoreCase) || setting.StartsWith(secret + ConfigurationPath.KeyDelimiter, StringComparison.OrdinalIgnoreCase));

    /// <summary>Where a stage's store listens, by the catalog.</summary>
    /// <exception cref="CatalogException">The entry does not say, or names what no other machine could reach.</exception>
    public abstract IReadOnlyList<StoreEndpoint> Endpoints(StageDefinition stage);

    /// <summary>The settings of a stage's entry in which a secret stands, with what it is: they belong into the host's settings.</summary>
    /// <exception cref="CatalogException">A setting is wrong.</exception>
    public abstract IEnumerable<(string Setting, string Secret)> Exposed(StageDefinition stage);

    /// <summary>The tables that a stage writes, by what is the same for whoever writes the same one; none where the store has no tables.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="overrides">The host's settings, which stand over those of the catalog; null is none.</param>
    /// <exception cref="CatalogException">A setting is wrong.</exception>
    public virtual IEnumerable<(StreamDefinition Stream, string Table)> Tables(StageDefinition stage, IConfiguration? overrides = null) => [];

    /// <summary>Why a stream whose events are of a schema cannot become a table, in the words in which the store would say so; null where it can.</summary>
    /// <exception cref="CatalogException">A setting is wrong.</exception>
    public virtual string? Refuse(StageDefinition stage, StreamDefinition stream, SchemaRepository schemas, string schemaUri) => null;

    /// <summary>Whether the store keeps the checkpoints of its stages, with what they write; Kafka does otherwise.</summary>
    public virtual bool KeepsCheckpoints => false;

    /// <summary>The checkpoints that the store keeps of a stage, which the caller disposes; null where Kafka keeps them. Connects with the first question.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="overrides">The host's settings, which stand over those of the catalog; null is none.</param>
    /// <exception cref="CatalogException">They cannot be set, and the message says what can be done instead; or a setting is wrong.</exception>
    public virtual ICheckpoints? Checkpoints(StageDefinition stage, IConfiguration? overrides = null) => null;

    private protected static TSettings SettingsOf<TSettings>(StageDefinition stage, IConfiguration? overrides = null)
        where TSettings : class, new()
    {
        ArgumentNullException.ThrowIfNull(stage);
        return StageSettings.Bind<TSettings>(stage, overrides ?? NoOverrides);
    }

    private protected static CatalogException Wrong(StageDefinition stage, string setting, string reason, Exception? cause = null) =>
        new($"stages.{stage.Name}.settings.{setting} {reason}", cause);

    // Names under which secrets are sent.
    private protected static bool NamesSecret(string name) =>
        ((string[])["auth", "cookie", "key", "password", "secret", "signature", "token"]).Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase))
        || name.Equals("sig", StringComparison.OrdinalIgnoreCase);
}
