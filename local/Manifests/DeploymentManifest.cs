namespace Millrace.Local;

/// <summary>A Deployment: one image for all, of which it runs some functions.</summary>
internal sealed class DeploymentManifest(ManifestSources sources, Workload workload)
{
    private const int Port = NetworkPolicyManifest.HttpPort;

    // The user that .NET's images come with; any number but 0 would do.
    private const int User = 1654;

    /// <summary>The document.</summary>
    public YamlMap Document() => new()
    {
        { "apiVersion", "apps/v1" },
        { "kind", "Deployment" },
        { "metadata", StageManifests.Metadata(workload.Name) },
        { "spec", Spec() },
    };

    private bool IsApp => workload.Image == StageManifests.Image;

    private YamlMap Spec()
    {
        var spec = new YamlMap();
        if (workload.Replicas is { } replicas)
        {
            spec.Add("replicas", replicas);
        }

        spec.Add("revisionHistoryLimit", 3, workload.Replicas is null ? "No replicas here: their number is KEDA's, and applying this file must not set it." : null);
        spec.Add("selector", new YamlMap { { "matchLabels", StageManifests.Labels(workload.Name) } });
        spec.Add(
            "strategy",
            workload.Replicas is null
                ? new YamlMap { { "type", "RollingUpdate" }, { "rollingUpdate", new YamlMap { { "maxSurge", 1 }, { "maxUnavailable", 0 } } } }
                : new YamlMap { { "type", "Recreate" } },
            workload.RolloutReason);
        spec.Add("template", new YamlMap { { "metadata", new YamlMap { { "labels", StageManifests.Labels(workload.Name) } } }, { "spec", Pod() } });
        return spec;
    }

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
        { "terminationGracePeriodSeconds", workload.Stop.Pod, $"Longer than the worst stop: {workload.StopReason}, and 10 s to spare." },
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
            { "name", IsApp ? "functions" : workload.Image },
            { "image", workload.Image },
        };
        if (workload.Arguments.Count > 0)
        {
            container.Add("args", new YamlList().With(workload.Arguments));
        }

        if (IsApp)
        {
            container.Add("env", Environment());
        }

        container.Add("envFrom", workload.Settings);
        if (IsApp && new MonitoringManifest(sources).HasPodMonitor)
        {
            container.Add("ports", new YamlList { new YamlMap { { "name", MonitoringManifest.PortName }, { "containerPort", Port } } }, "Named for the PodMonitor.");
        }

        if (workload.Stop.Linger > 0)
        {
            container.Add(
                "lifecycle",
                new YamlMap { { "preStop", new YamlMap { { "sleep", new YamlMap { { "seconds", workload.Stop.Linger } } } } } },
                "Requests come for a moment after a pod is to stop, until all who send them know: it answers them as before. Needs Kubernetes 1.30.");
        }

        foreach (var entry in Probes())
        {
            container.Add(entry.Key!, entry.Value, entry.Why);
        }

        container.Add("resources", new YamlMap
        {
            { "requests", new YamlMap { { "cpu", workload.Cpu }, { "memory", workload.Memory } } },
            { "limits", new YamlMap { { "memory", workload.Memory } }, workload.LimitsReason },
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

    private YamlList Environment()
    {
        // A filter of functions leaves out those that answer the probes, too.
        string?[] functions = [.. workload.Functions, sources.Answering("healthz"), sources.Answering("readyz"), sources.Answering("metrics")];
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
        if (workload.ProbePath is { } path)
        {
            yield return new("startupProbe", Probe(path, periodSeconds: 2, failureThreshold: 60), null);
            yield return new("livenessProbe", Probe(path, periodSeconds: 10, failureThreshold: 6), "Says that the process answers, and nothing of Kafka: a restart would not bring brokers back.");
            yield return new("readinessProbe", Probe(path, periodSeconds: 10, failureThreshold: 3), workload.ReadyReason);
            yield break;
        }

        if (sources.Answering("healthz") is not null)
        {
            yield return new("startupProbe", Probe("/healthz", periodSeconds: 2, failureThreshold: 60), null);
            yield return new("livenessProbe", Probe("/healthz", periodSeconds: 10, failureThreshold: 6), "Says that the process answers, and nothing of Kafka: a restart would not bring brokers back.");
        }

        if (sources.Answering("readyz") is not null)
        {
            yield return new("readinessProbe", Probe("/readyz", periodSeconds: 10, failureThreshold: 3), workload.ReadyReason);
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
        { "labelSelector", new YamlMap { { "matchLabels", StageManifests.Labels(workload.Name) } } },
    };
}
