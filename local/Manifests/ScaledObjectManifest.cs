using System.Globalization;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>The ScaledObject of a stage or of a service: when KEDA starts and stops its replicas.</summary>
/// <remarks>The triggers of a stage, which name brokers and topics, are the overlays'; everything else is the base's.</remarks>
internal static class ScaledObjectManifest
{
    /// <summary>The annotation by which KEDA keeps a stage at a number of replicas, whatever its lag.</summary>
    public const string Paused = "autoscaling.keda.sh/paused-replicas";

    // After so many failed looks at the lag, 30 s apart by default, KEDA falls back.
    private const int FailureThreshold = 3;

    /// <summary>The base: how many replicas, and how fast.</summary>
    /// <exception cref="CatalogException">At least more replicas than at most.</exception>
    public static YamlMap OfStage(StageDefinition stage, string name)
    {
        var scale = stage.Scale;
        var partitions = stage.WidestInput;
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

    /// <summary>A service, by the processor time that its pods use.</summary>
    public static YamlMap OfService(PlatformService service, HttpServiceOptions options) => new()
    {
        { "apiVersion", "keda.sh/v1alpha1" },
        { "kind", "ScaledObject" },
        { "metadata", StageManifests.Metadata(service.Name) },
        {
            "spec",
            new YamlMap
            {
                { "scaleTargetRef", new YamlMap { { "name", service.Name } } },
                { "minReplicaCount", options.MinReplicas, "Never none: somebody has to answer, and nothing but requests would start one." },
                { "maxReplicaCount", options.MaxReplicas },
                {
                    "advanced",
                    new YamlMap
                    {
                        {
                            "horizontalPodAutoscalerConfig",
                            new YamlMap
                            {
                                {
                                    "behavior",
                                    new YamlMap
                                    {
                                        {
                                            "scaleDown",
                                            new YamlMap
                                            {
                                                { "stabilizationWindowSeconds", 300 },
                                                { "policies", new YamlList { new YamlMap { { "type", "Pods" }, { "value", 1 }, { "periodSeconds", service.ScaleDown.Seconds } } } },
                                            },
                                            service.ScaleDown.Reason
                                        },
                                    }
                                },
                            }
                        },
                    }
                },
                {
                    "triggers",
                    new YamlList
                    {
                        new YamlMap { { "type", "cpu" }, { "metricType", "Utilization" }, { "metadata", new YamlMap { { "value", Text(options.CpuUtilization) } } } },
                    },
                    "Percent of the processor time that the pods ask for, by the cluster's metrics server. KEDA hands it to the autoscaler, which goes on without KEDA; another trigger, of an overlay of yours, would stand beside it."
                },
            }
        },
    };

    /// <summary>An overlay's part: one trigger for each topic that is read in a datacenter, and the pause where another one runs the stage.</summary>
    public static YamlMap InDatacenter(ManifestSources sources, StageDefinition stage, string name, DatacenterDefinition datacenter, string? runsIn)
    {
        var triggers = new YamlList();
        string? said = null;
        foreach (var topic in stage.TopicsToRead(datacenter.Name).Append(stage.ReplayTopic))
        {
            var reason = stage.InputOfTopic(topic) is { } input ? ActivationReason(sources.Catalog, stage, input) : "Events that failed and are replayed: the first of them starts a replica. Create the topic before this is applied, as `millrace doctor` says.";
            triggers.Add(
                Trigger(sources, stage, name, datacenter, topic, reason == said ? null : reason, explained: triggers.Count == 0),
                triggers.Count == 1 ? "A trigger for each topic: without one KEDA counts only topics that the group has offsets for. The highest of them decides, not their sum." : null);
            said = reason;
        }

        var metadata = new YamlMap { { "name", name } };
        if (runsIn is not null)
        {
            metadata.Add("annotations", new YamlMap
            {
                { Paused, "0", $"Ready, but not running: the stage runs in {runsIn}. A fail-over moves this; change datacenters.active in the catalog after it, or the next apply moves it back." },
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

    // What is said of the first trigger holds for the others, but for what differs by topic.
    private static YamlMap Trigger(ManifestSources sources, StageDefinition stage, string name, DatacenterDefinition datacenter, string topic, string? activation, bool explained)
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
                    { "activationLagThreshold", Text(topic == stage.ReplayTopic ? 0 : stage.Scale.ActivationLagThreshold ?? RestingLag.Of(sources.Catalog, stage, topic)), activation },
                    { "offsetResetPolicy", sources.OffsetReset, Why("As host.json has it: where there are no offsets yet, the lag is what the consumer will read.") },
                },
                Why("KEDA takes texts only, so numbers are quoted.")
            },
        };
    }

    private static string MaxReason(StageDefinition stage, int partitions) => stage.Scale.MaxReplicas is { } chosen
        ? $"As scale.maxReplicas has it. {(chosen > partitions ? $"The widest input topic has {partitions} partitions: replicas beyond that have nothing to do." : $"The widest input topic has {partitions} partitions.")}"
        : "The partitions of the widest input topic, beyond which a replica has nothing to do: each topic's trigger is capped at its own, and the range assignor gives nothing beyond. With a little more lag than its limit, KEDA would ask for one more.";

    private static string ActivationReason(StageCatalog catalog, StageDefinition stage, StreamDefinition input)
    {
        var resting = RestingLag.Of(catalog, input);
        var rest = resting == 0
            ? "No stage writes the topic in transactions, so it keeps no lag at rest"
            : $"Behind its last event, each of the topic's {input.Partitions} partitions keeps up to {RestingLag.MarkersPerPartition(catalog, input)} markers of transactions, one of each producer that writes it: a lag of up to {resting} at rest, which would keep a replica for ever";
        return stage.Scale.ActivationLagThreshold is not null ? $"As scale.activationLagThreshold has it. {rest}."
            : resting == 0 ? $"{rest}: its first event starts a replica."
            : $"{rest}. Up to so many events may wait at rest, until more come: scale.minReplicas 1 avoids it.";
    }

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
