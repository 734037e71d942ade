using System.Collections.Concurrent;

namespace Millrace.Core;

/// <summary>What a stage has done since it started: the account that must balance.</summary>
/// <remarks>Outcomes count when they are durable. At rest, <c>In = Emitted + Filtered + Failed</c>. Safe for concurrent use.</remarks>
public sealed class StageTally(string stage, TimeProvider time)
{
    private readonly NameCap _reasonNames = new();
    private readonly ConcurrentDictionary<StreamPartition, PartitionTally> _partitions = new();
    private readonly ConcurrentDictionary<string, long> _reasons = new();
    private readonly ConcurrentDictionary<string, long> _errors = new();
    private readonly ConcurrentDictionary<StreamPartition, string> _blocked = new();
    private readonly ConcurrentDictionary<string, DateTimeOffset> _canaries = new();
    private long _in;
    private long _dropped;
    private long _emitted;
    private long _filtered;
    private long _failed;
    private long _outputs;
    private long _firstTaken;
    private long _lastSettled;

    /// <summary>Events taken from the host, less those given back to it for another try.</summary>
    public long In => Interlocked.Read(ref _in);

    /// <summary>Events that became other events.</summary>
    public long Emitted => Interlocked.Read(ref _emitted);

    /// <summary>Events that the stage had no use for.</summary>
    public long Filtered => Interlocked.Read(ref _filtered);

    /// <summary>Events that went to the error stream.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Events that the emitted ones became.</summary>
    public long Outputs => Interlocked.Read(ref _outputs);

    /// <summary>Events that the host gave although they were settled before, or twice in a batch; they are not in <see cref="In"/>.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Partitions whose outcomes cannot be made durable at the moment, and why. They wait and try again; the stage is healthy while there are none.</summary>
    public IReadOnlyDictionary<StreamPartition, string> Blocked => _blocked;

    /// <summary>The account of each partition that this process was given events of.</summary>
    public IEnumerable<PartitionTally> Partitions => _partitions.Values;

    /// <summary>Filtered events by reason.</summary>
    public IReadOnlyDictionary<string, long> FilteredBy => _reasons;

    /// <summary>Failed events by error type.</summary>
    public IReadOnlyDictionary<string, long> FailedBy => _errors;

    /// <summary>How old the youngest canary is that came, by input stream: a stage that is behind, or whose input stands still, has an old one. No entry before the first.</summary>
    /// <remarks>Counted from when the canary was made (<c>meta.dt</c>), not from when it came.</remarks>
    public IReadOnlyDictionary<string, TimeSpan> CanaryAges
    {
        get
        {
            var now = time.GetUtcNow();
            return _canaries.ToDictionary(seen => seen.Key, seen => now - seen.Value);
        }
    }

    /// <summary>How long events took from their start to their outcome.</summary>
    public LatencyHistogram Latency { get; } = new();

    /// <summary>From the first event's arrival to the last outcome's becoming durable; zero before that.</summary>
    public TimeSpan Active => Interlocked.Read(ref _lastSettled) is var last and > 0 ? time.GetElapsedTime(Interlocked.Read(ref _firstTaken), last) : TimeSpan.Zero;

    internal StageMeter Meter { get; } = new(stage);

    internal NameCap ErrorNames { get; } = new();

    internal PartitionTally Of(StreamPartition partition) => _partitions.GetOrAdd(partition, _ => new PartitionTally(stage, partition, _reasonNames, ErrorNames, time));

    internal void Take(int events)
    {
        Interlocked.CompareExchange(ref _firstTaken, time.GetTimestamp(), 0);
        Interlocked.Add(ref _in, events);
    }

    internal void GiveBack(int events) => Interlocked.Add(ref _in, -events);

    internal void Drop(int events)
    {
        GiveBack(events);
        Interlocked.Add(ref _dropped, events);
    }

    internal void SeeCanary(string stream, DateTimeOffset made) => _canaries.AddOrUpdate(stream, made, (_, known) => known > made ? known : made);

    internal void Block(StreamPartition partition, string reason) => _blocked[partition] = reason;

    internal void Unblock(StreamPartition partition) => _blocked.TryRemove(partition, out _);

    internal void Settle(OutcomeCounts counts)
    {
        foreach (var (reason, count) in counts.Filtered)
        {
            _reasons.AddOrUpdate(reason, count, (_, known) => known + count);
            Interlocked.Add(ref _filtered, count);
        }

        foreach (var (type, count) in counts.Failed)
        {
            _errors.AddOrUpdate(type, count, (_, known) => known + count);
            Interlocked.Add(ref _failed, count);
        }

        Interlocked.Exchange(ref _lastSettled, time.GetTimestamp());
        Interlocked.Add(ref _outputs, counts.Outputs);
        Interlocked.Add(ref _emitted, counts.Emitted);
    }
}
