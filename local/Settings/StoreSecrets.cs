using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Millrace.Connectors;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>The secrets of connectors' stores, given one by one.</summary>
internal static class StoreSecrets
{
    /// <summary>One of them: of which stage, which setting, and the file that has it.</summary>
    public static readonly Option<string[]> Option = new("--store-secret")
    {
        Description = "A setting of a connector that holds a secret, such as ToPostgres:ConnectionString=FILE; - is standard input. May be given again.",
        HelpName = "STAGE:SETTING=FILE",
    };

    /// <summary>The host's settings that they become.</summary>
    /// <param name="given">The option's values.</param>
    /// <param name="catalog">The stages.</param>
    /// <exception cref="UsageException">A stage is no connector, a setting holds no secret, or a file cannot be read.</exception>
    public static List<KeyValuePair<string, string>> Read(IEnumerable<string> given, StageCatalog catalog)
    {
        var settings = new List<KeyValuePair<string, string>>();
        foreach (var text in given)
        {
            var named = text.Split('=', 2) is [var key, { Length: > 0 } place] && key.Split(ConfigurationPath.KeyDelimiter, 2) is [var stage, var setting] ? (stage, setting, place) : default;
            if (!Connectors(catalog).Any(known => known.Name == named.stage && StoreKind.Of(known).IsSecret(named.setting)))
            {
                var allowed = Connectors(catalog).SelectMany(known => StoreKind.Of(known).Secrets.Select(secret => $"{known.Name}:{secret}=FILE"));
                throw new UsageException($"{Option.Name} is '{text}'; allowed is {string.Join(", ", allowed.DefaultIfEmpty("none, as the catalog has no connector"))}.");
            }

            var name = $"Stages:{named.stage}:Settings:{named.setting}";
            if (settings.Exists(earlier => earlier.Key.Equals(name, StringComparison.OrdinalIgnoreCase)))
            {
                throw new UsageException($"{Option.Name} has {named.stage}:{named.setting} twice; give it once.");
            }

            settings.Add(new(name, SecretFile.Read($"{Option.Name} {named.stage}:{named.setting}", named.place)));
        }

        return settings;
    }

    /// <summary>The settings that connectors have to be given their secrets by, and were not given any.</summary>
    /// <param name="catalog">The stages.</param>
    /// <param name="given">What was given, by the name of the setting.</param>
    public static IEnumerable<string> Missing(StageCatalog catalog, IReadOnlyCollection<string> given) => Connectors(catalog)
        .Select(stage => StoreKind.Of(stage).SecretsOf(stage).ToList())
        .Where(secrets => !given.Any(name => secrets.Exists(secret => name.StartsWith(secret, StringComparison.OrdinalIgnoreCase))))
        .Select(secrets => string.Join(" or ", secrets));

    /// <summary>Whether a setting, by its name with colons, is one of a store's secrets.</summary>
    public static bool IsSecret(StageCatalog catalog, string setting) => Connectors(catalog).Any(stage =>
        setting.StartsWith($"Stages:{stage.Name}:Settings:", StringComparison.OrdinalIgnoreCase) && StoreKind.Of(stage).IsSecret(setting[$"Stages:{stage.Name}:Settings:".Length..]));

    private static IEnumerable<StageDefinition> Connectors(StageCatalog catalog) => catalog.Stages.Where(stage => stage.Connector is not null);
}
