using YamlDotNet.RepresentationModel;

namespace Millrace.Infra.Tests;

/// <summary>The validator of these tests: each mistake that it is there for is found.</summary>
public sealed class ValidatorTests
{
    private const string Good = """
        apiVersion: keda.sh/v1alpha1
        kind: ScaledObject
        metadata: { name: some, namespace: millrace }
        spec:
          scaleTargetRef: { name: some }
          minReplicaCount: 0
          maxReplicaCount: 4
          triggers:
            - type: kafka
              metadata: { bootstrapServers: "kafka:9092", consumerGroup: Some, topic: in, lagThreshold: "100", offsetResetPolicy: earliest }
        """;

    [CorpusFact]
    public void A_good_one_passes() => Assert.Empty(Keda(Good));

    [CorpusTheory]
    [InlineData("lagThreshold: \"100\"", "lagTreshold: \"100\"", "no parameter 'lagTreshold'")]
    [InlineData("lagThreshold: \"100\"", "lagThreshold: 100", "lagThreshold is integer, not string")]
    [InlineData("lagThreshold: \"100\"", "lagThreshold: \"many\"", "'many', no number")]
    [InlineData("offsetResetPolicy: earliest", "offsetResetPolicy: oldest", "'offsetResetPolicy' is 'oldest'")]
    [InlineData("consumerGroup: Some, ", "", "'consumerGroup' is missing")]
    [InlineData("minReplicaCount: 0", "minReplicaCount: 5", "minReplicaCount is 5, above maxReplicaCount, 4")]
    [InlineData("minReplicaCount: 0", "minReplicas: 0", ".spec.minReplicas is unknown")]
    [InlineData("minReplicaCount: 0", "minReplicaCount: -1", "below 0")]
    [InlineData("minReplicaCount: 0", "minReplicaCount: \"0\"", "minReplicaCount is string, not integer")]
    [InlineData("minReplicaCount: 0", "fallback: { failureThreshold: 3, replicas: 1, behavior: sometimes }", "'sometimes', none of")]
    [InlineData("minReplicaCount: 0", "fallback: { failureThreshold: 3 }", "lacks replicas")]
    [InlineData("type: kafka", "type: kafkaesque", "no scaler 'kafkaesque'")]
    [InlineData("type: kafka", "type: kafka\n      useCachedMetrics: \"true\"", "useCachedMetrics is string, not boolean")]
    [InlineData("type: kafka", "type: kafka\n      authenticationRef: { name: nobody }", "TriggerAuthentication that is not there")]
    [InlineData("scaleTargetRef: { name: some }", "scaleTargetRef: {}", "lacks name")]
    public void A_mistake_in_a_scaled_object_is_found(string good, string bad, string problem)
    {
        Assert.Contains(good, Good, StringComparison.Ordinal);

        Assert.Contains(Keda(Good.Replace(good, bad, StringComparison.Ordinal)), found => found.Contains(problem, StringComparison.Ordinal));
    }

    [CorpusFact]
    public void A_parameter_that_a_secret_may_not_give_is_found()
    {
        var scaled = Yaml.Read(Good.Replace("type: kafka", "type: kafka\n      authenticationRef: { name: some }", StringComparison.Ordinal))[0];
        var authentication = Yaml.Read("""
            apiVersion: keda.sh/v1alpha1
            kind: TriggerAuthentication
            metadata: { name: some, namespace: millrace }
            spec: { secretTargetRef: [{ parameter: topic, name: secret, key: topic }] }
            """)[0];

        Assert.Contains(new KedaRules().Problems(scaled, [scaled, authentication]), found => found.Contains("'topic'", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("spec: { maxUnavailable: 1 }", null)]
    [InlineData("spec: { maxUnavailble: 1 }", "maxUnavailble")]
    [InlineData("spec: { maxUnavailable: 1, maxUnavailable: 2 }", "uplicate")]
    [InlineData("spec: { maxUnavailable: [1] }", "")]
    public void What_is_no_field_of_Kubernetes_own_types_is_found(string spec, string? problem)
    {
        YamlMappingNode Budget() => Yaml.Read($"apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{ name: some, namespace: millrace }}\n{spec}\n")[0];

        if (problem is null)
        {
            Assert.Empty(KubernetesRules.Problems([Budget()]));
        }
        else
        {
            Assert.Contains(Found(Budget), found => found.Contains(problem, StringComparison.Ordinal));
        }
    }

    [RenderFact]
    public void A_deployment_that_breaks_any_rule_of_the_platform_is_found()
    {
        var resources = Kubectl.Render(Path.Combine(Corpus.Repository, "infra", "keda", "overlays", "eqiad"));
        (string Path, string Key)[] removals =
        [
            ("spec.template.spec", "automountServiceAccountToken"), ("spec.template.spec.securityContext", "runAsNonRoot"), ("spec.template.spec.securityContext", "seccompProfile"),
            ("spec.template.spec.containers.0.securityContext", "readOnlyRootFilesystem"), ("spec.template.spec.containers.0.securityContext", "capabilities"),
            ("spec.template.spec.containers.0.securityContext", "allowPrivilegeEscalation"), ("spec.template.spec.containers.0", "volumeMounts"), ("spec.template.spec.containers.0", "env"),
            ("spec.template.spec.containers.0", "envFrom"), ("spec.template.spec.containers.0.resources", "limits"), ("spec.template.spec", "topologySpreadConstraints"), ("spec.template", "metadata"), ("spec.template.spec", "terminationGracePeriodSeconds"),
        ];

        Assert.Empty(KubernetesRules.Problems(resources));
        Assert.All(removals, removal =>
        {
            var broken = resources.Select(resource => Yaml.Read(Yaml.Write(resource))[0]).ToList();
            Assert.True(((YamlMappingNode)broken.First(resource => resource.Kind() == "Deployment").At(removal.Path)!).Children.Remove(removal.Key));
            Assert.NotEmpty(KubernetesRules.Problems(broken));
        });
    }

    [RenderFact]
    public void What_would_leave_a_service_without_pods_or_canaries_with_two_is_found()
    {
        (string Kind, string Name, Action<YamlMappingNode> Break)[] mistakes =
        [
            ("Service", "event-intake", service => Set(service, "spec.ports.0", "targetPort", "80")),
            ("Service", "event-intake", service => Set(service, "spec.selector", "app.kubernetes.io/name", "intake")),
            ("Service", "event-streams", service => ((YamlMappingNode)service.At("spec.selector")!).Children.Remove("app.kubernetes.io/name")),
            ("NetworkPolicy", "event-streams", policy => ((YamlMappingNode)policy.At("spec")!).Children.Remove("ingress")),
            ("ScaledObject", "event-intake", scaled => Set(scaled, "spec.scaleTargetRef", "name", "canaries")),
            ("PodDisruptionBudget", "event-intake", budget => Set(budget, "spec", "maxUnavailable", "0")),
            ("Deployment", "canaries", canaries => Set(canaries, "spec.strategy", "type", "RollingUpdate")),
            ("Deployment", "canaries", canaries => Set(canaries, "spec", "replicas", "2")),
        ];
        var resources = Kubectl.Render(Path.Combine(Corpus.Repository, "infra", "keda", "overlays", "eqiad"));

        Assert.All(mistakes, mistake => Assert.NotEmpty(Broken(resources, mistake)));
    }

    private static IEnumerable<string> Broken(IReadOnlyList<YamlMappingNode> resources, (string Kind, string Name, Action<YamlMappingNode> Break) mistake)
    {
        var broken = resources.Select(resource => Yaml.Read(Yaml.Write(resource))[0]).ToList();
        mistake.Break(broken.Single(resource => resource.Kind() == mistake.Kind && resource.Name() == mistake.Name));
        return KubernetesRules.Problems(broken);
    }

    private static void Set(YamlMappingNode resource, string path, string key, string value) => ((YamlMappingNode)resource.At(path)!).Children[key] = new YamlScalarNode(value);

    private static IEnumerable<string> Keda(string text) => Yaml.Read(text) is var all ? new KedaRules().Problems(all[0], all) : [];

    private static List<string> Found(Func<YamlMappingNode> resource)
    {
        try
        {
            return [.. KubernetesRules.Problems([resource()])];
        }
        catch (YamlDotNet.Core.YamlException wrong)
        {
            return [wrong.Message];
        }
    }
}
