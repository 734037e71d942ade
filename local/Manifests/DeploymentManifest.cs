using Millrace.Connectors;
using Millrace.Core;
using Millrace.Hosting;

namespace Millrace.Local;

/// <summary>The Deployment of a stage: one image for all stages, which runs the functions of this one.</summary>
internal sealed class DeploymentManifest(ManifestSources sources, StageDefinition stage, string name)
{
    private const int Port = NetworkPolicyManifest.HealthPort;

    // The user that .NET's images come with; any number but 0 would do.
    private const int User = 1654;

    /// <summary>The document.</summary>
    public YamlMap Document() => new()
    {
        { "apiVersion", "apps/v1" },
        { "kind", "Deployment" },
        { "metadata", StageManifests.Metadata(name) },
        {
            "spec",
            new YamlMap
            {
                { "revisionHistoryLimit", 3, "No replicas here: their number is KEDA's, and applying this file must not set it." },
                { "selector", new YamlMap { { "matchLabels", StageManifests.Labels(name) } } },
                {
                    "strategy",
                    new YamlMap { { "type", "RollingUpdate" }, { "rollingUpdate", new YamlMap { { "maxSurge", 1 }, { "maxUnavailable", 0 } } } },
                    "One pod after another, each replaced before it goes: every change of the group moves partitions."
                },
                { "template", new YamlMap { { "metadata", new YamlMap { { "labels", StageManifests.Labels(name) } } }, { "spec", Pod() } } },
            }
        },
    };

    private YamlMap Pod() => new()
    {
        { "automountServiceAccountToken", false, "It asks nothing of Kubernetes." },
        {
            "securityContext",
            new YamlMap
            {
                { "runAsNonRoot", true },
                { "runAsUser", User },
                { "runAsGroup", User },
                { "seccompProfile", new YamlMap { { "type", "RuntimeDefault" } } },
            }
        },
        {
            "terminationGracePeriodSeconds",
            StopTimes.Of(stage).Pod,
            $"Longer than the worst stop: drainTime ({stage.Options.DrainTime:c}), 5 s to settle what has left in order, 5 s to leave the group, and 10 s to spare."
        },
        {
            "topologySpreadConstraints",
            new YamlList { Spread("topology.kubernetes.io/zone"), Spread("kubernetes.io/hostname") }
        },
        { "containers", new YamlList { Container() } },
        { "volumes", new YamlList { new YamlMap { { "name", "tmp" }, { "emptyDir", new YamlMap { { "sizeLimit", "256Mi" } } } } } },
    };

    private YamlMap Container()
    {
        var container = new YamlMap
        {
            { "name", "functions" },
            { "image", StageManifests.Image },
            { "env", Environment() },
            { "envFrom", Settings() },
        };
        foreach (var entry in Probes())
        {
            container.Add(entry.Key!, entry.Value, entry.Why);
        }

        container.Add("resources", new YamlMap
        {
            { "requests", new YamlMap { { "cpu", stage.Scale.Cpu }, { "memory", stage.Scale.Memory } } },
            { "limits", new YamlMap { { "memory", stage.Scale.Memory } }, "None of cpu: throttled, a consumer misses its heartbeats and loses its partitions." },
        });
        container.Add("securityContext", new YamlMap
        {
            { "allowPrivilegeEscalation", false },
            { "readOnlyRootFilesystem", true },
            { "capabilities", new YamlMap { { "drop", new YamlList { "ALL" } } } },
        });
        container.Add("volumeMounts", new YamlList { new YamlMap { { "name", "tmp" }, { "mountPath", "/tmp" } } }, "All that is ever written: the Functions host keeps its state there, .NET its diagnostic socket.");
        return container;
    }

    private YamlList Settings()
    {
        var settings = new YamlList { { Secret(StageManifests.KafkaSecret), "How to reach Kafka: Kafka__Client__security.protocol and so on. Empty where the brokers ask for nothing; without it the pod does not start." } };
        if (stage.Connector is not null)
        {
            var kind = StoreKind.Of(stage);
            var secrets = string.Join(", ", kind.SecretsOf(stage).Select(secret => secret.Replace(":", "__", StringComparison.Ordinal)).Concat(kind.Variables));
            settings.Add(
                Secret(StageManifests.StoreSecret(name)),
                $"What opens the store: {secrets}. Each stands over what the catalog has of it. Empty where the store asks for nothing; without it the pod does not start.");
        }

        settings.Add(new YamlMap { { "configMapRef", new YamlMap { { "name", name } } } });
        return settings;
    }

    private static YamlMap Secret(string name) => new() { { "secretRef", new YamlMap { { "name", name } } } };

    private YamlList Environment()
    {
        // A filter of functions leaves out those that answer the probes, too.
        string?[] functions = [.. StageFunctions.NamesOf(stage), sources.Answering("healthz"), sources.Answering("readyz")];
        var environment = new YamlList();
        foreach (var (index, function) in functions.OfType<string>().Distinct().Index())
        {
            environment.Add(
                new YamlMap { { "name", $"AzureFunctionsJobHost__functions__{index}" }, { "value", function } },
                index == 0 ? "The functions that this host runs, of all that the image has." : null);
        }

        environment.Add(
            new YamlMap
            {
                { "name", "AzureWebJobsStorage" },
                { "valueFrom", new YamlMap { { "secretKeyRef", new YamlMap { { "name", StageManifests.StorageSecret }, { "key", "AzureWebJobsStorage" }, { "optional", true } } } } },
            },
            "The Functions host keeps keys and timers there; the standalone image needs none, so it is optional.");
        return environment;
    }

    // Without a function that answers, a probe would keep the pod from ever being ready.
    private IEnumerable<YamlEntry> Probes()
    {
        if (sources.Answering("healthz") is not null)
        {
            yield return new("startupProbe", Probe("/healthz", periodSeconds: 2, failureThreshold: 60), null);
            yield return new("livenessProbe", Probe("/healthz", periodSeconds: 10, failureThreshold: 6), "Says that the process answers, and nothing of Kafka: a restart would not bring brokers back.");
        }

        if (sources.Answering("readyz") is not null)
        {
            yield return new("readinessProbe", Probe("/readyz", periodSeconds: 10, failureThreshold: 3), "No requests come here; a roll-out waits for it.");
        }
    }

    private static YamlMap Probe(string path, int periodSeconds, int failureThreshold) => new()
    {
        { "httpGet", new YamlMap { { "path", path }, { "port", Port } } },
        { "periodSeconds", periodSeconds },
        { "timeoutSeconds", 5 },
        { "failureThreshold", failureThreshold },
    };

    private YamlMap Spread(string topology) => new()
    {
        { "maxSkew", 1 },
        { "topologyKey", topology },
        { "whenUnsatisfiable", "ScheduleAnyway" },
        { "labelSelector", new YamlMap { { "matchLabels", StageManifests.Labels(name) } } },
    };
}
