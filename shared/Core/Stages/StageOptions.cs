using System.ComponentModel.DataAnnotations;

namespace Millrace.Core;

/// <summary>Everything that can be configured about a stage: the <c>options</c> of its entry in the catalog.</summary>
/// <remarks>A setting <c>Stages:NAME:Options:KEY</c> of the host overrides the catalog. Checked on start.</remarks>
public sealed class StageOptions
{
    /// <summary>How many events of one partition the stage works on at a time.</summary>
    [Range(1, 10_000)]
    public int Concurrency { get; set; } = 16;

    /// <summary>
    /// How many events of one partition may be finished and wait for an earlier one, as a multiple of <see cref="Concurrency"/>:
    /// the room that lets one slow event be slow alone.
    /// </summary>
    [Range(1, 1_000)]
    public int ReorderFactor { get; set; } = 4;

    /// <summary>How many bytes of inputs and outputs the stage holds at a time, over all partitions of a batch.</summary>
    [Range(64 * 1024, 4L * 1024 * 1024 * 1024)]
    public long MaxBytesInFlight { get; set; } = 64 * 1024 * 1024;

    /// <summary>The largest event that the stage accepts, in bytes.</summary>
    [Range(1024, 1024 * 1024 * 1024)]
    public int MaxEventBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>The largest event that the stage emits, in bytes.</summary>
    [Range(1024, 512 * 1024 * 1024)]
    public int MaxOutputBytes { get; set; } = 10 * 1024 * 1024;

    /// <summary>The largest error event, in bytes. It holds the raw input, escaped; where that does not fit, as much of it as does.</summary>
    [Range(16 * 1024, 512 * 1024 * 1024)]
    public int MaxErrorBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>
    /// Whether outcomes leave in the order of the inputs. Without order, neither do events of one key wait for each other.
    /// Delivered exactly once, all outcomes of a batch without order are then held until the last has come: a checkpoint is one offset.
    /// </summary>
    public bool Ordered { get; set; } = true;

    /// <summary>How long one attempt on one event may take.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>How often a transient error is tried in all, the first attempt included.</summary>
    [Range(1, 100)]
    public int Attempts { get; set; } = 3;

    /// <summary>The pause between two attempts. Never none: an error may allow any number of them.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether what the stage writes is there exactly once (<c>exactly-once</c>), or may be repeated after a crash (<c>at-least-once</c>), which spares a transaction for each partition of a batch.</summary>
    public Delivery Delivery { get; set; } = Delivery.ExactlyOnce;

    /// <summary>
    /// How long events that are being worked on may take to end when the host stops; no others are begun. Then they are cancelled,
    /// and what had left in order until then is settled, for which there are five seconds more.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan DrainTime { get; set; } = TimeSpan.FromSeconds(10);
}
