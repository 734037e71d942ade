using Millrace.Core;

namespace Millrace.Local;

/// <summary>What differs by datacenter: the files of <c>overlays/DATACENTER</c>.</summary>
internal sealed class DatacenterManifests(ManifestSources sources, DatacenterDefinition datacenter, IReadOnlyDictionary<string, string> names, IReadOnlyList<PlatformService> services)
{
    /// <summary>The name of what all pods of a datacenter share.</summary>
    public const string Shared = "millrace-kafka";

    /// <summary>The stages that are there, running or ready.</summary>
    public IReadOnlyList<StageDefinition> Stages { get; } =
        [.. sources.Catalog.Stages.Where(stage => stage.Datacenters.Mode == DatacenterMode.ActivePassive || sources.Datacenters.Running(stage).Contains(datacenter))];

    /// <summary>The files.</summary>
    /// <exception cref="CatalogException">A stage cannot be run there as the catalog has it.</exception>
    public IEnumerable<ManifestFile> Files()
    {
        var literals = new YamlList();
        foreach (var stage in Stages)
        {
            var settings = sources.TriggerSettings(stage, datacenter);
            yield return File($"{names[stage.Name]}.yaml", ScaledObjectManifest.InDatacenter(sources, stage, names[stage.Name], datacenter, RunsElsewhere(stage)));
            literals.Add(ConfigMap(names[stage.Name], settings));
        }

        foreach (var name in Others)
        {
            literals.Add(ConfigMap(name, new Dictionary<string, string>()));
        }

        yield return File("networkpolicy.yaml", NetworkPolicyManifest.OfDatacenter(Shared, datacenter));
        yield return File("kustomization.yaml", Kustomization(literals));
    }

    // What is no stage.
    private IEnumerable<string> Others => services.Select(service => service.Name).Concat(sources.Services.Console.Enabled ? [ConsoleManifests.Name] : []);

    private string? RunsElsewhere(StageDefinition stage) =>
        sources.Datacenters.Running(stage) is var running && running.Contains(datacenter) ? null : running[0].Name;

    private ManifestFile File(string name, YamlMap document) =>
        ManifestFile.Of($"overlays/{datacenter.Name}/{name}", document, $"infra/datacenters.json and the catalog, for {datacenter.Name}");

    private YamlMap Kustomization(YamlList configMaps)
    {
        var images = new YamlList { Image(StageManifests.Image, sources.Image(datacenter.Name)) };
        if (sources.Services.Console.Enabled)
        {
            images.Add(Image(ConsoleManifests.Image, sources.ConsoleImage(datacenter.Name)));
        }

        var kustomization = new YamlMap
        {
            { "apiVersion", "kustomize.config.k8s.io/v1beta1" },
            { "kind", "Kustomization" },
            { "namespace", datacenter.Namespace },
            { "resources", new YamlList().With(Stages.Select(stage => names[stage.Name]).Concat(Others).Select(name => $"../../base/{name}").Append("networkpolicy.yaml")) },
            {
                "images",
                images,
                "One image for all but the console. This alone is kept when the file is generated again: `millrace manifests --image`, or `kustomize edit set image`, changes it."
            },
        };
        if (configMaps.Count > 0)
        {
            kustomization.Add("configMapGenerator", configMaps);
        }

        if (Stages.Count > 0)
        {
            if (Stages.Where(stage => RunsElsewhere(stage) is not null).Select(stage => new YamlMap { { "name", names[stage.Name] }, { "count", 0 } }).ToList() is { Count: > 0 } ready)
            {
                kustomization.Add("replicas", new YamlList().With(ready), "A new Deployment begins with one replica, before KEDA knows of the pause: it would read what is the other datacenter's.");
            }

            kustomization.Add("patches", new YamlList().With(Stages.Select(stage => new YamlMap { { "path", $"{names[stage.Name]}.yaml" } })));
        }

        return kustomization;
    }

    private static YamlMap Image(string name, ImageReference image) => new()
    {
        { "name", name },
        { "newName", image.Name },
        { image.Tag is null ? "digest" : "newTag", image.Tag ?? image.Digest! },
    };

    private YamlMap ConfigMap(string name, IReadOnlyDictionary<string, string> settings) => new()
    {
        { "name", name },
        { "behavior", "merge" },
        {
            "literals",
            new YamlList().With([
                $"KAFKA_BOOTSTRAP_SERVERS={datacenter.BootstrapServers}",
                $"Millrace__Datacenter={datacenter.Name}",
                .. settings.Select(setting => $"{setting.Key}={setting.Value}")])
        },
    };
}
