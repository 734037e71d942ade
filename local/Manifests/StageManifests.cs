using System.Globalization;
using Millrace.Connectors;
using Millrace.Core;

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
        (string File, YamlMap Document)[] resources =
        [
            ("deployment.yaml", new DeploymentManifest(sources, stage, name).Document()),
            ("scaledobject.yaml", ScaledObjectManifest.OfStage(stage, name)),
            ("triggerauthentication.yaml", TriggerAuthentication()),
            ("poddisruptionbudget.yaml", PodDisruptionBudget()),
            ("networkpolicy.yaml", NetworkPolicyManifest.OfStage(name, stage.Connector is null ? [] : StoreKind.Of(stage).Endpoints(stage))),
        ];
        return resources.Append(("kustomization.yaml", Kustomization(resources.Select(resource => resource.File))))
            .Select(file => ManifestFile.Of($"base/{name}/{file.Item1}", file.Item2, $"stage {stage.Name} of the catalog"));
    }

    /// <summary>What an object is: its labels are the same everywhere.</summary>
    public static YamlMap Metadata(string name) => new() { { "name", name }, { "labels", Labels(name) } };

    /// <summary>The labels of a stage's objects, which also choose its pods.</summary>
    public static YamlMap Labels(string name) => new() { { "app.kubernetes.io/name", name }, { "app.kubernetes.io/part-of", "millrace" } };

    private YamlMap Kustomization(IEnumerable<string> resources) => new()
    {
        { "apiVersion", "kustomize.config.k8s.io/v1beta1" },
        { "kind", "Kustomization" },
        { "resources", new YamlList().With(resources) },
        {
            "configMapGenerator",
            new YamlList
            {
                new YamlMap
                {
                    { "name", name },
                    {
                        "literals",
                        new YamlList
                        {
                            {
                                $"shutdownTimeoutSeconds={StopTimes.Of(stage).Host.ToString(CultureInfo.InvariantCulture)}",
                                "By itself the host would give up after 30 s, whatever the stage's drainTime is."
                            },
                        }
                    },
                },
            },
            "A generated ConfigMap has a hash of its content in its name: a setting that changes rolls the pods. Overlays add what differs by datacenter."
        },
    };

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

    private YamlMap PodDisruptionBudget() => new()
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
