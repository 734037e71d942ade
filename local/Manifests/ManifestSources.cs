using Microsoft.Extensions.Configuration;
using Millrace.Core;
using Millrace.Hosting;

namespace Millrace.Local;

/// <summary>What manifests are generated from.</summary>
internal sealed record ManifestSources
{
    private static readonly IConfiguration NoSettings = new ConfigurationBuilder().Build();

    /// <summary>The stages and their streams.</summary>
    public required StageCatalog Catalog { get; init; }

    /// <summary>The datacenters.</summary>
    public required DatacenterCatalog Datacenters { get; init; }

    /// <summary>The functions of the app.</summary>
    public required IReadOnlyList<DeclaredFunction> Functions { get; init; }

    /// <summary>How services are deployed.</summary>
    public ServiceCatalog Services { get; init; } = new();

    /// <summary>The file that says so, for messages.</summary>
    public string ServicesFile { get; init; } = RepositoryRoot.Services;

    /// <summary>Where a consumer without offsets begins, as <c>host.json</c> has it: <c>earliest</c> or <c>latest</c>.</summary>
    public string OffsetReset { get; init; } = "earliest";

    /// <summary>The image that a datacenter's overlay names.</summary>
    public Func<string, ImageReference> Image { get; init; } = _ => DefaultImage;

    /// <summary>The console's image that a datacenter's overlay names.</summary>
    public Func<string, ImageReference> ConsoleImage { get; init; } = _ => DefaultConsoleImage;

    /// <summary>The console's image where none was ever named.</summary>
    public static ImageReference DefaultConsoleImage { get; } = new("registry.example/millrace-console", "0.0.0", null);

    /// <summary>The image where none was ever named: one that does not exist, so that nobody runs what they did not choose.</summary>
    public static ImageReference DefaultImage { get; } = new("registry.example/millrace", "0.0.0", null);

    /// <summary>The function that answers an HTTP route; null where none does.</summary>
    public string? Answering(string route) => Functions.FirstOrDefault(function => string.Equals(function.Route, route, StringComparison.OrdinalIgnoreCase))?.Name;

    /// <summary>The settings that the triggers of a stage read, in a datacenter, by the name that they have in the environment.</summary>
    /// <remarks>
    /// Only those of the catalog; the brokers are the datacenter's, and whatever else a trigger names (users, passwords) comes
    /// from a Secret. The host that reads a trigger may be another process than the app, which could derive them itself.
    /// </remarks>
    /// <exception cref="CatalogException">The stage would work on its events twice in this datacenter, or in two.</exception>
    public IReadOnlyDictionary<string, string> TriggerSettings(StageDefinition stage, DatacenterDefinition datacenter)
    {
        var names = Enumerable.Range(0, StageFunctions.InputsOf(stage) + 1).Select(function => StageFunctions.TopicsSetting(stage, function)).ToHashSet();
        return Hosting.TriggerSettings.For(Catalog, NoSettings, datacenter.Name).Where(setting => names.Contains(setting.Key))
            .ToDictionary(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value!);
    }
}
