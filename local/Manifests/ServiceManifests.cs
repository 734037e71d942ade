using System.Globalization;

namespace Millrace.Local;

/// <summary>What is the same for a service in every datacenter: the files of <c>base/SERVICE</c>.</summary>
internal sealed class ServiceManifests(ManifestSources sources, PlatformService service)
{
    private const long Mebibyte = 1024 * 1024;

    /// <summary>The files.</summary>
    public IEnumerable<ManifestFile> Files()
    {
        List<(string File, YamlMap Document)> resources = [("deployment.yaml", new DeploymentManifest(sources, Workload()).Document())];
        if (service.Options is HttpServiceOptions http)
        {
            resources.Add(("service.yaml", Service(service.Name, "Any pod will do for any request: nothing is kept in one.")));
            resources.Add(("scaledobject.yaml", ScaledObjectManifest.OfService(service, http)));
            resources.Add(("poddisruptionbudget.yaml", StageManifests.PodDisruptionBudget(service.Name)));
        }

        var monitoring = new MonitoringManifest(sources);
        resources.Add(("networkpolicy.yaml", NetworkPolicyManifest.OfPods(
            service.Name, service.IngressReason, service.Schemas.Select(schemas => (schemas, $"Schemas, {schemas}, as Millrace:Schemas names them.")), monitoring)));
        if (monitoring.HasPodMonitor)
        {
            resources.Add(("podmonitor.yaml", monitoring.PodMonitor(service.Name)));
        }

        return resources.Append(("kustomization.yaml", StageManifests.Kustomization(service.Name, resources.Select(resource => resource.File), Settings())))
            .Select(file => ManifestFile.Of($"base/{service.Name}/{file.Item1}", file.Item2, $"{sources.ServicesFile}, the functions of {service.Class.Name} and the catalog"));
    }

    private Workload Workload() => new()
    {
        Name = service.Name,
        Functions = [.. sources.Functions.Where(function => function.Class == service.Class).Select(function => function.Name)],
        Replicas = service.Options is HttpServiceOptions ? null : 1,
        RolloutReason = service.RolloutReason,
        Stop = service.Stop,
        StopReason = service.StopReason,
        Settings = Sources(),
        ReadyReason = service.ReadyReason,
        Cpu = service.Options.Cpu,
        LimitsReason = service.MemoryReason,
        Memory = string.Create(CultureInfo.InvariantCulture, $"{(service.Memory + Mebibyte - 1) / Mebibyte}Mi"),
    };

    private YamlList Sources()
    {
        var settings = new YamlList { StageManifests.KafkaSettings() };
        if (service.SecretReason is { } reason)
        {
            settings.Add(StageManifests.Secret(service.Name), reason);
        }

        settings.Add(new YamlMap { { "configMapRef", new YamlMap { { "name", service.Name } } } });
        return settings;
    }

    private YamlList Settings()
    {
        var settings = new YamlList { { service.Stop.Setting, "By itself the host would give up after 30 s." } };
        return settings.With(service.Literals).With(new MonitoringManifest(sources).Literals);
    }

    /// <summary>A Service in front of pods.</summary>
    /// <param name="name">The name of the pods' Deployment.</param>
    /// <param name="reason">Which pod a request goes to.</param>
    public static YamlMap Service(string name, string reason) => new()
    {
        { "apiVersion", "v1" },
        { "kind", "Service" },
        { "metadata", StageManifests.Metadata(name) },
        {
            "spec",
            new YamlMap
            {
                { "selector", StageManifests.Labels(name), reason },
                {
                    "ports",
                    new YamlList { new YamlMap { { "name", "http" }, { "appProtocol", "http" }, { "port", 80 }, { "targetPort", NetworkPolicyManifest.HttpPort } } }
                },
            }
        },
    };
}
