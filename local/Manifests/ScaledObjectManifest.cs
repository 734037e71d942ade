using System.Globalization;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>The ScaledObject of a stage: when KEDA starts and stops its replicas.</summary>
/// <remarks>The triggers, which name brokers and topics, are the overlays'; everything else is the base's.</remarks>
internal static class ScaledObjectManifest
{
    // After so many failed looks at the lag, 30 s apart by default, KEDA falls back.
    private const int FailureThreshold = 3;

    /// <summary>The base: how many replicas, and how fast.</summary>
    /// <exception cref="CatalogException">At least more replicas than at most.</exception>
    public static YamlMap OfStage(StageDefinition stage, string name)
    {
        var scale = stage.Scale;
        var partitions = stage.Inputs.Max(input => input.Partitions);
        var max = scale.MaxReplicas ?? partitions;
        if (scale.MinReplicas > max)
        {
            throw new CatalogException($"stages.{stage.Name}.scale.minReplicas is {scale.MinReplicas}; allowed is 0 to {max}, the partitions of its widest input topic, unless maxReplicas says otherwise.");
        }

        return new YamlMap
        {
            { "apiVersion", "keda.sh/v1alpha1" },
            { "kind", "ScaledObject" },
            { "metadata", StageManifests.Metadata(name) },
            {
                "spec",
                new YamlMap
                {
                    { "scaleTargetRef", new YamlMap { { "name", name } } },
                    { "pollingInterval", Seconds(scale.PollingInterval) },
                    { "cooldownPeriod", Seconds(scale.CooldownPeriod), "Only before the last replica goes." },
                    { "minReplicaCount", scale.MinReplicas },
                    { "maxReplicaCount", max, MaxReason(stage, partitions) },
                    {
                        "fallback",
                        new YamlMap { { "failureThreshold", FailureThreshold }, { "replicas", Math.Max(1, scale.MinReplicas) }, { "behavior", "currentReplicasIfHigher" } },
                        "Where the lag cannot be read, nobody who works is stopped, and somebody works."
                    },
                    { "advanced", new YamlMap { { "horizontalPodAutoscalerConfig", new YamlMap { { "behavior", Behaviour(scale) } } } } },
                }
            },
        };
    }

    /// <summary>An overlay's part: one trigger for each topic that is read in a datacenter, and the pause where another one runs the stage.</summary>
    public static YamlMap InDatacenter(StageDefinition stage, string name, DatacenterDefinition datacenter, IReadOnlyList<(string Topic, int Partitions)> topics, string offsetReset, string? runsIn)
    {
        var triggers = new YamlList();
        foreach (var (topic, partitions) in topics)
        {
            triggers.Add(
                Trigger(stage, name, datacenter, topic, partitions, offsetReset, explained: triggers.Count == 0),
                triggers.Count == 1 ? "A trigger for each topic: without one KEDA counts only topics that the group has offsets for. The highest of them decides, not their sum." : null);
        }

        var metadata = new YamlMap { { "name", name } };
        if (runsIn is not null)
        {
            metadata.Add("annotations", new YamlMap
            {
                { "autoscaling.keda.sh/paused-replicas", "0", $"Ready, but not running: the stage runs in {runsIn}. A fail-over moves this; change datacenters.active in functions/stages.json after it, or the next apply moves it back." },
            });
        }

        return new YamlMap
        {
            { "apiVersion", "keda.sh/v1alpha1" },
            { "kind", "ScaledObject" },
            { "metadata", metadata },
            { "spec", new YamlMap { { "triggers", triggers } } },
        };
    }

    // What is said of the first trigger holds for the others.
    private static YamlMap Trigger(StageDefinition stage, string name, DatacenterDefinition datacenter, string topic, int partitions, string offsetReset, bool explained)
    {
        string? Why(string reason) => explained ? reason : null;
        return new YamlMap
        {
            { "type", "kafka" },
            { "useCachedMetrics", true, Why("The lag is read once for each polling interval: read again for every query of the autoscaler, slow batches would look like lag that does not move.") },
            { "authenticationRef", new YamlMap { { "name", name } } },
            {
                "metadata",
                new YamlMap
                {
                    { "bootstrapServers", datacenter.BootstrapServers },
                    { "consumerGroup", stage.Name, Why("The trigger's own group, which the host commits.") },
                    { "topic", topic },
                    { "lagThreshold", Text(stage.Scale.LagThreshold), Why("Events of lag that one replica is for; within 10 % of it the autoscaler leaves things as they are.") },
                    { "activationLagThreshold", Text(stage.Scale.ActivationLagThreshold ?? partitions), Why(ActivationReason(stage)) },
                    { "offsetResetPolicy", offsetReset, Why("As host.json has it: where there are no offsets yet, the lag is what the consumer will read.") },
                },
                Why("KEDA takes texts only, so numbers are quoted.")
            },
        };
    }

    private static string MaxReason(StageDefinition stage, int partitions) => stage.Scale.MaxReplicas is { } chosen
        ? $"As scale.maxReplicas has it. {(chosen > partitions ? $"The widest input topic has {partitions} partitions: replicas beyond that have nothing to do." : $"The widest input topic has {partitions} partitions.")}"
        : "The partitions of the widest input topic, beyond which a replica has nothing to do: with a little more lag than its limit, KEDA would ask for one more.";

    private static string ActivationReason(StageDefinition stage) => stage.Scale.ActivationLagThreshold is null
        ? "The topic's partitions: where it is written in transactions, each keeps a lag of 1 behind the last commit, and would keep a replica for ever. Where it is not, scale.activationLagThreshold 0 starts one for the first event."
        : "As scale.activationLagThreshold has it. Where the topic is written in transactions, each partition keeps a lag of 1 behind the last commit.";

    private static YamlMap Behaviour(ScaleOptions scale) => new()
    {
        { "scaleUp", new YamlMap { { "stabilizationWindowSeconds", Seconds(scale.ScaleUpWindow) } }, "Every replica more makes the group share out its partitions anew: a short burst should not. The autoscaler's tolerance of 10 % stops a little below the maximum, 22 of 24; scaleUp.tolerance lowers it on clusters that have it." },
        {
            "scaleDown",
            new YamlMap
            {
                { "stabilizationWindowSeconds", Seconds(scale.ScaleDownWindow) },
                { "policies", new YamlList { new YamlMap { { "type", "Pods" }, { "value", 1 }, { "periodSeconds", 60 } } } },
            },
            "One pod a minute: partitions move one pod's worth at a time."
        },
    };

    private static int Seconds(TimeSpan time) => (int)Math.Ceiling(time.TotalSeconds);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
