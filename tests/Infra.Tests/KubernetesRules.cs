using System.Globalization;
using System.Text.RegularExpressions;
using k8s;
using k8s.Models;
using YamlDotNet.RepresentationModel;

namespace Millrace.Infra.Tests;

/// <summary>What Kubernetes accepts, and what the platform asks of every object beyond that.</summary>
internal static partial class KubernetesRules
{
    /// <summary>Everything that is wrong with what an overlay renders.</summary>
    public static IEnumerable<string> Problems(IReadOnlyList<YamlMappingNode> resources) =>
        resources.SelectMany(resource => Type(resource).Concat(Names(resource)).Concat(Workload(resource, resources)).Concat(Service(resource, resources)).Concat(PodMonitor(resource, resources)).Select(problem => $"{resource.Kind()} {resource.Name()}: {problem}"))
            .Concat(resources.GroupBy(resource => (resource.Kind(), resource.Name())).Where(same => same.Count() > 1).Select(same => $"there are {same.Count()} of {same.Key}"));

    private static IEnumerable<string> Type(YamlMappingNode resource)
    {
        var text = Yaml.Write(resource);
        try
        {
            switch ((resource.Text("apiVersion"), resource.Kind()))
            {
                case ("apps/v1", "Deployment"): _ = KubernetesYaml.Deserialize<V1Deployment>(text, strict: true); break;
                case ("v1", "Service"): _ = KubernetesYaml.Deserialize<V1Service>(text, strict: true); break;
                case ("v1", "ConfigMap"): _ = KubernetesYaml.Deserialize<V1ConfigMap>(text, strict: true); break;
                case ("policy/v1", "PodDisruptionBudget"): _ = KubernetesYaml.Deserialize<V1PodDisruptionBudget>(text, strict: true); break;
                case ("networking.k8s.io/v1", "NetworkPolicy"): _ = KubernetesYaml.Deserialize<V1NetworkPolicy>(text, strict: true); break;
                case ("monitoring.coreos.com/v1", "PodMonitor"):
                case ("keda.sh/v1alpha1", _): _ = KubernetesYaml.Deserialize<V1ObjectMeta>(Yaml.Write(resource.At("metadata")!), strict: true); break;
                case var other: return [$"{other} is not known here"];
            }

            return [];
        }
        catch (YamlDotNet.Core.YamlException wrong)
        {
            return [$"{wrong.Message} {wrong.InnerException?.Message}"];
        }
    }

    private static IEnumerable<string> Names(YamlMappingNode resource)
    {
        // A ConfigMap's has a hash behind it, and is nobody's label.
        if (!Label().IsMatch(resource.Name()) || (resource.Kind() != "ConfigMap" && resource.Name().Length > 63))
        {
            yield return $"'{resource.Name()}' is no name";
        }

        if (!Label().IsMatch(resource.Text("metadata.namespace") ?? ""))
        {
            yield return "it has no namespace";
        }
    }

    private static IEnumerable<string> Workload(YamlMappingNode resource, IReadOnlyList<YamlMappingNode> all)
    {
        if (resource.Kind() != "Deployment")
        {
            yield break;
        }

        var pod = resource.At("spec.template")!;
        var container = pod.At("spec.containers.0")!;
        var isOne = resource.Text("spec.replicas") == "1" && all.All(other => other.Kind() != "ScaledObject" || other.Text("spec.scaleTargetRef.name") != resource.Name());

        // The console's image is a command of its own, without functions and their host.
        var isApp = container.Text("image")?.Contains("console", StringComparison.Ordinal) != true;
        (string Rule, bool Kept)[] rules =
        [
            ("the selector chooses its pods", Matches(resource.At("spec.selector.matchLabels"), pod)),
            ("no token of Kubernetes is mounted", pod.Text("spec.automountServiceAccountToken") == "false"),
            ("it does not run as root", pod.Text("spec.securityContext.runAsNonRoot") == "true" && pod.Number("spec.securityContext.runAsUser") > 0),
            ("the seccomp profile is the runtime's", pod.Text("spec.securityContext.seccompProfile.type") == "RuntimeDefault"),
            ("privileges cannot grow", container.Text("securityContext.allowPrivilegeEscalation") == "false"),
            ("all capabilities are dropped", container.Items("securityContext.capabilities.drop").Any(capability => ((YamlScalarNode)capability).Value == "ALL")),
            ("the root file system is read-only", container.Text("securityContext.readOnlyRootFilesystem") == "true"),
            ("/tmp can be written", container.Items("volumeMounts").Any(mount => mount.Text("mountPath") == "/tmp" && pod.Items("spec.volumes").Any(volume => volume.Text("name") == mount.Text("name") && volume.At("emptyDir") is not null))),
            ("memory is bounded by what is asked for", container.Text("resources.limits.memory") is { } memory && memory == container.Text("resources.requests.memory")),
            ("processor time is asked for, and not bounded", container.Text("resources.requests.cpu") is not null && container.At("resources.limits.cpu") is null),
            ("pods are spread", pod.Items("spec.topologySpreadConstraints").Any()),
            ("a function is named", !isApp || container.Items("env").Any(variable => variable.Text("name") == "AzureFunctionsJobHost__functions__0")),
            ("the storage account comes from a Secret", !isApp || container.Items("env").Any(variable => variable.Text("name") == "AzureWebJobsStorage" && variable.At("valueFrom.secretKeyRef") is not null)),
            ("its ConfigMap is there", container.Items("envFrom").Any(source => source.Text("configMapRef.name") is { } map && all.Any(other => other.Kind() == "ConfigMap" && other.Name() == map))),
            ("an image with a version is named", container.Text("image") is { } image && (image.Contains('@', StringComparison.Ordinal) || image[(image.LastIndexOf('/') + 1)..].Contains(':', StringComparison.Ordinal))),
            ("one ScaledObject scales it, or it is one pod", all.Count(other => other.Kind() == "ScaledObject" && other.Text("spec.scaleTargetRef.name") == resource.Name()) == (isOne ? 0 : 1)),
            ("one budget chooses its pods, and holds up nothing; one pod needs none", Budgets(pod, all).SequenceEqual(isOne ? [] : ["1"])),
            ("one pod ends before the next starts", !isOne || resource.Text("spec.strategy.type") == "Recreate"),
            ("a pod has more time to stop than its host and what stands before it", int.Parse(pod.Text("spec.terminationGracePeriodSeconds") ?? "0", CultureInfo.InvariantCulture) >= 10 + (isApp ? HostSeconds(container, all) : 5) + int.Parse(container.Text("lifecycle.preStop.sleep.seconds") ?? "0", CultureInfo.InvariantCulture)),
            ("policies bound what comes in and goes out", Policies(pod, all).SelectMany(policy => policy.Items("spec.policyTypes")).Select(type => ((YamlScalarNode)type).Value).ToHashSet().SetEquals(["Ingress", "Egress"])),
        ];
        foreach (var (rule, kept) in rules)
        {
            if (!kept)
            {
                yield return $"not so: {rule}";
            }
        }
    }

    private static IEnumerable<string> Service(YamlMappingNode resource, IReadOnlyList<YamlMappingNode> all)
    {
        if (resource.Kind() != "Service")
        {
            yield break;
        }

        var chosen = all.Where(other => other.Kind() == "Deployment" && Matches(resource.At("spec.selector"), other.At("spec.template")!)).ToList();
        if (chosen.Count != 1)
        {
            yield return $"it chooses the pods of {chosen.Count} Deployments";
        }
        else if (resource.Text("spec.ports.0.targetPort") is var port && (port != chosen[0].Text("spec.template.spec.containers.0.readinessProbe.httpGet.port")
            || !Policies(chosen[0].At("spec.template")!, all).Any(policy => policy.Items("spec.ingress").SelectMany(rule => rule.Items("ports")).Any(open => open.Text("port") == port))))
        {
            yield return $"no pod answers at its port, {port}, or none may be asked there";
        }
    }

    // Of the operator's own schema, what is used: a selector of pods, and of each endpoint the name of a container's port, and a path.
    private static IEnumerable<string> PodMonitor(YamlMappingNode resource, IReadOnlyList<YamlMappingNode> all)
    {
        if (resource.Kind() != "PodMonitor")
        {
            yield break;
        }

        var chosen = all.Where(other => other.Kind() == "Deployment" && Matches(resource.At("spec.selector.matchLabels"), other.At("spec.template")!)).ToList();
        if (chosen.Count != 1)
        {
            yield return $"it chooses the pods of {chosen.Count} Deployments";
            yield break;
        }

        var port = chosen[0].Items("spec.template.spec.containers.0.ports").SingleOrDefault(port => port.Text("name") == resource.Text("spec.podMetricsEndpoints.0.port"))?.Text("containerPort");
        if (port is null || resource.Text("spec.podMetricsEndpoints.0.path") is not "/metrics"
            || ((YamlMappingNode)resource.At("spec")!).Children.Keys.Select(key => ((YamlScalarNode)key).Value).Except(["selector", "podMetricsEndpoints"]).Any())
        {
            yield return "no container has its port, or it asks for something else";
        }
        else if (!Policies(chosen[0].At("spec.template")!, all).SelectMany(policy => policy.Items("spec.ingress"))
            .Any(rule => rule.Items("ports").Any(open => open.Text("port") == port) && rule.Items("from").Any(from => from.At("namespaceSelector") is not null)))
        {
            yield return "no policy lets Prometheus's namespace in";
        }
    }

    private static IEnumerable<string?> Budgets(YamlNode pod, IReadOnlyList<YamlMappingNode> all) =>
        all.Where(other => other.Kind() == "PodDisruptionBudget" && Matches(other.At("spec.selector.matchLabels"), pod)).Select(budget => budget.Text("spec.maxUnavailable"));

    private static int HostSeconds(YamlNode container, IReadOnlyList<YamlMappingNode> all) => all
        .Where(other => other.Kind() == "ConfigMap" && container.Items("envFrom").Any(source => source.Text("configMapRef.name") == other.Name()))
        .Select(map => map.Number("data.shutdownTimeoutSeconds")).SingleOrDefault();

    private static IEnumerable<YamlMappingNode> Policies(YamlNode pod, IReadOnlyList<YamlMappingNode> all) =>
        all.Where(other => other.Kind() == "NetworkPolicy" && Matches(other.At("spec.podSelector.matchLabels"), pod));

    private static bool Matches(YamlNode? selector, YamlNode pod) => selector is YamlMappingNode { Children.Count: > 0 } labels
        && labels.Children.All(label => pod.At("metadata.labels") is YamlMappingNode own && own.Children.TryGetValue(label.Key, out var value) && value.Equals(label.Value));

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
    private static partial Regex Label();
}
