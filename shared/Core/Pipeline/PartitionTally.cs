using System.Collections.Concurrent;
using System.Globalization;

namespace Millrace.Core;

/// <summary>What a stage has done with one partition since it started: the account that metrics are read from.</summary>
/// <remarks>
/// Every number but <see cref="Checkpoint"/> and <see cref="InFlight"/> only grows. At any time <c>Taken = Repeated + Returned + Emitted +
/// Filtered + Failed + those in flight</c>. It is written to once for each batch, never for each event. Safe for concurrent use.
/// </remarks>
public sealed class PartitionTally
{
    private readonly TimeProvider _time;
    private readonly NameCap _reasonNames;
    private readonly NameCap _errorNames;
    private readonly ConcurrentDictionary<string, long> _reasons = new();
    private readonly ConcurrentDictionary<string, long> _errors = new();
    private readonly KeyValuePair<string, object?>[] _tags;
    private readonly List<long> _begun = [];
    private long _taken;
    private long _returned;
    private long _repeated;
    private long _emitted;
    private long _outputs;
    private long _checkpoint = -1;
    private long _inFlight;

    internal PartitionTally(string stage, StreamPartition partition, NameCap reasons, NameCap errors, TimeProvider time)
    {
        (Partition, _reasonNames, _errorNames, _time) = (partition, reasons, errors, time);
        _tags =
        [
            new("millrace.stage", stage),
            new("messaging.destination.name", partition.Topic),
            new("messaging.destination.partition.id", partition.Partition.ToString(CultureInfo.InvariantCulture)),
        ];
    }

    /// <summary>The partition.</summary>
    public StreamPartition Partition { get; }

    /// <summary>The stage, topic and partition, as tags of a measurement.</summary>
    public ReadOnlySpan<KeyValuePair<string, object?>> Tags => _tags;

    /// <summary>Events that the host gave, each time that it gave them.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Events given back to the host without an outcome, which gives them again.</summary>
    public long Returned => Interlocked.Read(ref _returned);

    /// <summary>Events that the host gave although they were settled before, or twice in a batch.</summary>
    public long Repeated => Interlocked.Read(ref _repeated);

    /// <summary>Events that became other events.</summary>
    public long Emitted => Interlocked.Read(ref _emitted);

    /// <summary>Events that the emitted ones became.</summary>
    public long Outputs => Interlocked.Read(ref _outputs);

    /// <summary>Events taken that have neither an outcome that is durable, nor were given back.</summary>
    public long InFlight => Interlocked.Read(ref _inFlight);

    /// <summary>Filtered events by reason; reasons beyond the first 50 of the stage are <c>_OTHER</c>.</summary>
    public IReadOnlyDictionary<string, long> FilteredBy => _reasons;

    /// <summary>Failed events by error type; types beyond the first 50 of the stage are <c>_OTHER</c>.</summary>
    public IReadOnlyDictionary<string, long> FailedBy => _errors;

    /// <summary>The first offset that is not settled, as far as this process knows; null before it knows of any.</summary>
    public long? Checkpoint => Interlocked.Read(ref _checkpoint) is var known and >= 0 ? known : null;

    /// <summary>How long ago the host gave the oldest event that is in flight; zero where none is.</summary>
    public TimeSpan OldestInFlight
    {
        get
        {
            lock (_begun)
            {
                return _begun.Count == 0 ? TimeSpan.Zero : _time.GetElapsedTime(_begun[0]);
            }
        }
    }

    /// <returns>When that was, to be given to <see cref="End"/>.</returns>
    internal long Begin(int events)
    {
        Interlocked.Add(ref _taken, events);
        Interlocked.Add(ref _inFlight, events);
        lock (_begun)
        {
            var now = _time.GetTimestamp();
            _begun.Add(now);
            return now;
        }
    }

    internal void End(long begun, int unsettled)
    {
        Interlocked.Add(ref _returned, unsettled);
        Interlocked.Add(ref _inFlight, -unsettled);
        lock (_begun)
        {
            _begun.Remove(begun);
        }
    }

    internal void Repeat(int events)
    {
        Interlocked.Add(ref _repeated, events);
        Interlocked.Add(ref _inFlight, -events);
    }

    internal void Open(long checkpoint)
    {
        if (checkpoint > 0)
        {
            Interlocked.Exchange(ref _checkpoint, checkpoint);
        }
    }

    internal void Settle(OutcomeCounts counts, int events, long checkpoint)
    {
        Count(counts.Filtered, _reasonNames, _reasons);
        Count(counts.Failed, _errorNames, _errors);
        Interlocked.Add(ref _outputs, counts.Outputs);
        Interlocked.Add(ref _emitted, counts.Emitted);
        Interlocked.Add(ref _inFlight, -events);
        Open(checkpoint);
    }

    private static void Count(Dictionary<string, long> counts, NameCap names, ConcurrentDictionary<string, long> into)
    {
        foreach (var (name, count) in counts)
        {
            into.AddOrUpdate(names.Of(name), count, (_, known) => known + count);
        }
    }
}
