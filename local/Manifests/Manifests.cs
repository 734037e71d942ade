using System.Text.Json;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>The Kubernetes manifests of the platform: a base for each stage and each service, and an overlay for each datacenter.</summary>
internal static class Manifests
{
    /// <summary>Generates all files, in the order of their paths.</summary>
    /// <remarks>The same sources give the same bytes.</remarks>
    /// <exception cref="CatalogException">Something cannot be run as the catalogs have it; the message names it.</exception>
    public static IReadOnlyList<ManifestFile> Of(ManifestSources sources)
    {
        var names = KubernetesName.Of(sources.Catalog.Stages.Select(stage => stage.Name), [DatacenterManifests.Shared, ConsoleManifests.Name, .. PlatformService.Names]);
        var services = PlatformService.Of(sources).Where(service => service.Absence is null).ToList();
        var overlays = sources.Datacenters.Datacenters.Select(datacenter => new DatacenterManifests(sources, datacenter, names, services)).ToList();
        return [.. sources.Catalog.Stages.SelectMany(stage => new StageManifests(sources, stage, names[stage.Name]).Files())
            .Concat(services.SelectMany(service => new ServiceManifests(sources, service).Files()))
            .Concat(new ConsoleManifests(sources).Files())
            .Concat(overlays.SelectMany(overlay => overlay.Files()))
            .OrderBy(file => file.Path, StringComparer.Ordinal)];
    }

    /// <summary>Where a consumer without offsets begins, by a <c>host.json</c>.</summary>
    /// <exception cref="CatalogException">It is no JSON, or says something else than Earliest or Latest.</exception>
    public static string OffsetResetOf(ReadOnlyMemory<byte> hostJson)
    {
        try
        {
            using var host = JsonDocument.Parse(hostJson, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            var value = host.RootElement.Child("extensions"u8).Child("kafka"u8).Child("autoOffsetReset"u8);
            return value.ValueKind == JsonValueKind.Undefined ? "earliest"
                : value.Text()?.ToLowerInvariant() is "earliest" or "latest" ? value.GetString()!.ToLowerInvariant()
                : throw new CatalogException($"host.json: extensions.kafka.autoOffsetReset is {value.GetRawText()}; allowed is Earliest or Latest.");
        }
        catch (JsonException cause)
        {
            throw new CatalogException($"host.json is no JSON: {cause.Message}", cause);
        }
    }
}
