using Millrace.Connectors;
using Millrace.Core;
using Millrace.Intake;

namespace Millrace.Local;

/// <summary>The console in a cluster: the files of <c>base/console</c>, one pod in each datacenter that looks at that datacenter's brokers.</summary>
internal sealed class ConsoleManifests(ManifestSources sources)
{
    /// <summary>Its name in Kubernetes, which no stage may have.</summary>
    public const string Name = "console";

    /// <summary>Its image, as overlays know it: the <c>millrace</c> command, and not the function app.</summary>
    public const string Image = "millrace-console";

    // What two searches hold at a time, beside what .NET and the Kafka client take.
    private const string Memory = "768Mi";

    // How long pages that are open may take to see that they are cut off.
    private static readonly StopTimes Stop = new(0, 5);

    private readonly ConsoleServiceOptions _options = sources.Services.Console;

    /// <summary>The files; none where it is not deployed.</summary>
    /// <exception cref="CatalogException">A setting cannot be used.</exception>
    public IEnumerable<ManifestFile> Files()
    {
        if (!_options.Enabled)
        {
            return [];
        }

        var settings = new ServiceSettings(_options, $"{sources.ServicesFile}:Console", "Intake", secret: "Intake:ApiKeys");
        settings.Read<IntakeOptions>("Intake");
        List<(string File, YamlMap Document)> resources =
        [
            ("deployment.yaml", new DeploymentManifest(sources, Workload()).Document()),
            ("service.yaml", ServiceManifests.Service(Name, "One pod: whoever has signed in is known to that one.")),
            ("networkpolicy.yaml", NetworkPolicyManifest.OfPods(
                Name,
                "People, from whatever lets them into the cluster and speaks TLS (an Ingress or a Gateway is the cluster's own), and probes, which come from the node.",
                Addresses().Select(address => (new StoreEndpoint(address.IdnHost, address.Port), $"Metrics, {address.Authority}, as {sources.ServicesFile} names them."))
                    .Concat(settings.SchemaAddresses.Select(address => (new StoreEndpoint(address.Host.Trim('[', ']'), address.Port), $"Schemas, {address.Authority}, as Millrace:Schemas names them."))),
                new MonitoringManifest(sources))),
        ];
        return resources.Append(("kustomization.yaml", StageManifests.Kustomization(Name, resources.Select(resource => resource.File), new YamlList().With(settings.Literals()))))
            .Select(file => ManifestFile.Of($"base/{Name}/{file.Item1}", file.Item2, $"{sources.ServicesFile} and the catalog"));
    }

    private Workload Workload() => new()
    {
        Name = Name,
        Image = Image,
        Arguments = [.. _options.AllowChanges ? ["--allow-changes"] : Array.Empty<string>(), .. _options.Metrics.Count > 0 ? ["--metrics", string.Join(',', Addresses().Select(address => address.AbsoluteUri))] : Array.Empty<string>()],
        ProbePath = "/",
        Functions = [],
        Replicas = 1,
        RolloutReason = "One pod, which ends before another starts: whoever has signed in signs in again.",
        Stop = Stop,
        StopReason = "5 s in which pages that are open are cut off",
        Settings = new YamlList
        {
            StageManifests.KafkaSettings(),
            { StageManifests.Secret(Name), $"The token that whoever looks has to know, MILLRACE_CONSOLE_TOKEN, of {ConsoleOptions.ShortestToken} characters or more. Without it the pod does not start." },
            new YamlMap { { "configMapRef", new YamlMap { { "name", Name } } } },
        },
        ReadyReason = "It answers as soon as people can come; brokers that are away are told on its pages.",
        Cpu = _options.Cpu,
        LimitsReason = "What two searches of error events hold at a time, and the Kafka clients of those who follow streams. None of cpu: throttled, pages would hang.",
        Memory = Memory,
    };

    private IEnumerable<Uri> Addresses() => _options.Metrics.Select(text => Uri.TryCreate(text, UriKind.Absolute, out var address) && address is { Scheme: "http" or "https", UserInfo: "" }
        ? address
        : throw new CatalogException($"{sources.ServicesFile}:Console:Metrics has '{text}'; allowed are http and https addresses without credentials."));
}
