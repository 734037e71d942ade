using System.ComponentModel.DataAnnotations;

namespace Millrace.Core;

/// <summary>How a stage is scaled on its consumer lag, and what one replica may use: the <c>scale</c> of its entry in the catalog.</summary>
/// <remarks>Manifests and <c>millrace dev --scale</c> are derived from it; a running stage does not read it.</remarks>
public sealed class ScaleOptions
{
    /// <summary>Replicas where there is no lag.</summary>
    [Range(0, 1_000)]
    public int MinReplicas { get; set; }

    /// <summary>The most replicas; null is the partitions of the widest input topic, beyond which a replica has nothing to do.</summary>
    /// <remarks>Each topic's trigger is capped at its partitions, and the trigger that wants most decides; the range assignor gives a replica beyond them nothing of any topic.</remarks>
    [Range(1, 1_000)]
    public int? MaxReplicas { get; set; }

    /// <summary>How many events of lag one replica is for: about its events a second, times the seconds that draining may take.</summary>
    [Range(1, 100_000_000)]
    public long LagThreshold { get; set; } = 1_000;

    /// <summary>The lag of one topic beyond which the first replica starts; null is what the topic keeps at rest, <see cref="RestingLag"/>.</summary>
    /// <remarks>
    /// That is 0 for a topic that no stage writes: its first event starts a replica. In a topic that exactly-once stages write,
    /// up to so many events may wait at rest, until more come; <see cref="MinReplicas"/> 1 avoids it.
    /// </remarks>
    [Range(0, 100_000_000)]
    public long? ActivationLagThreshold { get; set; }

    /// <summary>How often the lag is looked at while there is no replica.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan PollingInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long there must have been no activity before the last replica goes.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan CooldownPeriod { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Over how long the least of the wanted replicas is taken before some are added: it keeps a short burst from rebalancing the group.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan ScaleUpWindow { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Over how long the most of the wanted replicas is taken before some are removed.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan ScaleDownWindow { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The processor time that a replica asks for, as Kubernetes writes it.</summary>
    [RegularExpression(@"^[0-9]+m?$", ErrorMessage = "allowed are cores such as 1, or thousandths such as 500m.")]
    public string Cpu { get; set; } = "500m";

    /// <summary>The memory that a replica asks for and may use, as Kubernetes writes it.</summary>
    [RegularExpression(@"^[0-9]+(Mi|Gi)$", ErrorMessage = "allowed are sizes such as 512Mi or 2Gi.")]
    public string Memory { get; set; } = "512Mi";
}
