using System.ComponentModel.DataAnnotations;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>Everything that decides how many replicas a stage has: KEDA's Kafka trigger and the autoscaler behind it.</summary>
/// <remarks>Names are those of KEDA's trigger and of the autoscaler's behaviour; defaults are what the manifests of this repository set, and Kubernetes' own where they are silent.</remarks>
internal sealed record ScaleRules
{
    /// <summary>Replicas while there is no lag.</summary>
    [Range(0, 1_000)]
    public int MinReplicas { get; init; }

    /// <summary>The most replicas.</summary>
    [Range(1, 1_000)]
    public required int MaxReplicas { get; init; }

    /// <summary>How many events of lag one replica is for.</summary>
    [Range(1, 100_000_000)]
    public required long LagThreshold { get; init; }

    /// <summary>The lag beyond which a topic makes the first replica start; null is what each topic keeps at rest, <see cref="TopicOffsets.RestingLag"/>.</summary>
    [Range(0, 100_000_000)]
    public long? ActivationLagThreshold { get; init; }

    /// <summary>How often the lag is measured.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan PollingInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long there must have been no activity before the last replica goes.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan CooldownPeriod { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Over how long the least of the wanted replicas is taken before some are added.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan ScaleUpWindow { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Over how long the most of the wanted replicas is taken before some are removed.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan ScaleDownWindow { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often the autoscaler looks: a setting of the cluster.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan SyncPeriod { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The time for which <see cref="ScaleUpPods"/> and <see cref="ScaleUpFactor"/> hold.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:30:00")]
    public TimeSpan ScaleUpPeriod { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How many replicas may be added in a period, or <see cref="ScaleUpFactor"/>, whichever is more.</summary>
    [Range(0, 1_000)]
    public int ScaleUpPods { get; init; } = 4;

    /// <summary>By how many times the replicas may grow in a period.</summary>
    [Range(1, 1_000)]
    public int ScaleUpFactor { get; init; } = 2;

    /// <summary>The time for which <see cref="ScaleDownPods"/> holds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:30:00")]
    public TimeSpan ScaleDownPeriod { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How many replicas may be removed in a period.</summary>
    [Range(1, 1_000)]
    public int ScaleDownPods { get; init; } = 1;

    /// <summary>How far the lag may be from what the replicas are for, as a share, before their number changes.</summary>
    [Range(0.0, 1.0)]
    public double Tolerance { get; init; } = 0.1;

    /// <summary>Whether the autoscaler is given what KEDA last measured, rather than measuring each time that it looks.</summary>
    public bool UseCachedMetrics { get; init; } = true;

    /// <summary>Whether there may be more replicas than partitions.</summary>
    public bool AllowIdleConsumers { get; init; }

    /// <summary>Whether only partitions that have a lag can have a replica.</summary>
    public bool LimitToPartitionsWithLag { get; init; }

    /// <summary>Whether the lag of a partition whose committed offset has not moved since it was last measured counts nothing.</summary>
    public bool ExcludePersistentLag { get; init; }

    /// <summary>Whether a partition without a committed offset counts nothing.</summary>
    public bool ScaleToZeroOnInvalidOffset { get; init; }

    /// <summary>Where the consumer begins in a partition without a committed offset.</summary>
    public OffsetResetPolicy OffsetResetPolicy { get; init; } = OffsetResetPolicy.Earliest;

    /// <summary>The rules of a stage, by its settings.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="partitions">How many partitions its widest input topic has: the most replicas, unless the settings say otherwise.</param>
    public static ScaleRules Of(ScaleOptions options, int partitions) => new()
    {
        MinReplicas = options.MinReplicas,
        MaxReplicas = options.MaxReplicas ?? Math.Max(partitions, Math.Max(1, options.MinReplicas)),
        LagThreshold = options.LagThreshold,
        ActivationLagThreshold = options.ActivationLagThreshold,
        PollingInterval = options.PollingInterval,
        CooldownPeriod = options.CooldownPeriod,
        ScaleUpWindow = options.ScaleUpWindow,
        ScaleDownWindow = options.ScaleDownWindow,
    };

    /// <summary>The same rules in a time that passes so many times as fast.</summary>
    public ScaleRules Faster(double speed) => this with
    {
        PollingInterval = PollingInterval / speed,
        CooldownPeriod = CooldownPeriod / speed,
        ScaleUpWindow = ScaleUpWindow / speed,
        ScaleDownWindow = ScaleDownWindow / speed,
        SyncPeriod = SyncPeriod / speed,
        ScaleUpPeriod = ScaleUpPeriod / speed,
        ScaleDownPeriod = ScaleDownPeriod / speed,
    };
}
