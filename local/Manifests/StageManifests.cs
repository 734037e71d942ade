using Millrace.Connectors;
using Millrace.Core;
using Millrace.Hosting;

namespace Millrace.Local;

/// <summary>What is the same for a stage in every datacenter: the files of <c>base/STAGE</c>.</summary>
internal sealed class StageManifests(ManifestSources sources, StageDefinition stage, string name)
{
    /// <summary>The name that stands for the image until an overlay puts another in its place.</summary>
    public const string Image = "millrace";

    /// <summary>The Secret with the settings by which the app reaches Kafka.</summary>
    public const string KafkaSecret = "millrace-kafka";

    /// <summary>The Secret with what KEDA needs to reach Kafka.</summary>
    public const string KedaSecret = "millrace-kafka-keda";

    /// <summary>The Secret with the storage account of the Functions host.</summary>
    public const string StorageSecret = "millrace-storage";

    /// <summary>The Secret with the settings of a connector's store that are nobody else's to know.</summary>
    public static string StoreSecret(string name) => $"{name}-store";

    private static readonly string[] Credentials = ["sasl", "tls", "username", "password", "ca"];

    /// <summary>The files.</summary>
    /// <exception cref="CatalogException">The stage cannot be run as the catalog has it.</exception>
    public IEnumerable<ManifestFile> Files()
    {
        var monitoring = new MonitoringManifest(sources);
        List<(string File, YamlMap Document)> resources =
        [
            ("deployment.yaml", new DeploymentManifest(sources, Workload()).Document()),
            ("scaledobject.yaml", ScaledObjectManifest.OfStage(stage, name)),
            ("triggerauthentication.yaml", TriggerAuthentication()),
            ("poddisruptionbudget.yaml", PodDisruptionBudget(name)),
            ("networkpolicy.yaml", NetworkPolicyManifest.OfPods(name, "Probes. They come from the node, whose address differs and which not every network plugin lets through by itself.", Stores(), monitoring)),
        ];
        if (monitoring.HasPodMonitor)
        {
            resources.Add(("podmonitor.yaml", monitoring.PodMonitor(name)));
        }

        return resources.Append(("kustomization.yaml", Kustomization(name, resources.Select(resource => resource.File), Settings())))
            .Select(file => ManifestFile.Of($"base/{name}/{file.Item1}", file.Item2, $"stage {stage.Name} of the catalog"));
    }

    /// <summary>What an object is: its labels are the same everywhere.</summary>
    public static YamlMap Metadata(string name) => new() { { "name", name }, { "labels", Labels(name) } };

    /// <summary>The labels of a stage's objects, which also choose its pods.</summary>
    public static YamlMap Labels(string name) => new() { { "app.kubernetes.io/name", name }, { "app.kubernetes.io/part-of", "millrace" } };

    /// <summary>The file that names the others, and the settings that are the same everywhere.</summary>
    public static YamlMap Kustomization(string name, IEnumerable<string> resources, YamlList settings) => new()
    {
        { "apiVersion", "kustomize.config.k8s.io/v1beta1" },
        { "kind", "Kustomization" },
        { "resources", new YamlList().With(resources) },
        {
            "configMapGenerator",
            new YamlList
            {
                new YamlMap { { "name", name }, { "literals", settings } },
            },
            "A generated ConfigMap has a hash of its content in its name: a setting that changes rolls the pods. Overlays add what differs by datacenter."
        },
    };

    /// <summary>How the app's own clients reach Kafka.</summary>
    public static YamlEntry KafkaSettings() => new(null, Secret(KafkaSecret), "How to reach Kafka: Kafka__Client__security.protocol and so on. Empty where the brokers ask for nothing; without it the pod does not start.");

    /// <summary>A Secret whose entries are settings.</summary>
    public static YamlMap Secret(string name) => new() { { "secretRef", new YamlMap { { "name", name } } } };

    private Workload Workload()
    {
        var stop = StopTimes.Of(stage);
        return new Workload
        {
            Name = name,
            Functions = StageFunctions.NamesOf(stage),
            RolloutReason = "One pod after another, each replaced before it goes: every change of the group moves partitions.",
            Stop = stop,
            StopReason = $"drainTime ({stage.Options.DrainTime:c}), 5 s to settle what has left in order, 5 s to leave the group",
            Settings = SettingsSources(),
            ReadyReason = "No requests come here; a roll-out waits for it.",
            Cpu = stage.Scale.Cpu,
            LimitsReason = "None of cpu: throttled, a consumer misses its heartbeats and loses its partitions.",
            Memory = stage.Scale.Memory,
        };
    }

    private YamlList SettingsSources()
    {
        var settings = new YamlList { KafkaSettings() };
        if (stage.Connector is not null)
        {
            var kind = StoreKind.Of(stage);
            var secrets = string.Join(", ", kind.SecretsOf(stage).Select(secret => secret.Replace(":", "__", StringComparison.Ordinal)).Concat(kind.Variables));
            settings.Add(
                Secret(StoreSecret(name)),
                $"What opens the store: {secrets}. Each stands over what the catalog has of it. Empty where the store asks for nothing; without it the pod does not start.");
        }

        settings.Add(new YamlMap { { "configMapRef", new YamlMap { { "name", name } } } });
        return settings;
    }

    private YamlList Settings() => new YamlList { { StopTimes.Of(stage).Setting, "By itself the host would give up after 30 s, whatever the stage's drainTime is." } }.With(new MonitoringManifest(sources).Literals);

    private IEnumerable<(StoreEndpoint, string)> Stores() => stage.Connector is null ? []
        : StoreKind.Of(stage).Endpoints(stage).Select(store => (store, $"The store, {store}, as the stage's settings name it."));

    private YamlMap TriggerAuthentication() => new()
    {
        { "apiVersion", "keda.sh/v1alpha1" },
        { "kind", "TriggerAuthentication" },
        { "metadata", Metadata(name) },
        {
            "spec",
            new YamlMap
            {
                {
                    "secretTargetRef",
                    new YamlList().With(Credentials.Select(parameter => new YamlMap { { "parameter", parameter }, { "name", KedaSecret }, { "key", parameter } })),
                    $"The Secret has all five keys: sasl (none, plaintext, scram_sha256, scram_sha512) and tls (enable, disable) must have a value; the others may be empty. KEDA has names of its own for them, so the app's settings are in another Secret, {KafkaSecret}."
                },
            }
        },
    };

    /// <summary>How many pods at a time may be taken away by who looks after nodes.</summary>
    public static YamlMap PodDisruptionBudget(string name) => new()
    {
        { "apiVersion", "policy/v1" },
        { "kind", "PodDisruptionBudget" },
        { "metadata", Metadata(name) },
        {
            "spec",
            new YamlMap
            {
                { "maxUnavailable", 1, "Not minAvailable: with one replica that would hold up every drain of a node. Scaling, to zero too, asks no budget." },
                { "unhealthyPodEvictionPolicy", "AlwaysAllow" },
                { "selector", new YamlMap { { "matchLabels", Labels(name) } } },
            }
        },
    };
}
