using System.Runtime.CompilerServices;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>Reads the error events of one stage that are wanted, in the order of their inputs' positions, a bounded number at a time.</summary>
/// <remarks>
/// An error stream is in the order in which events failed. So what is wanted is sorted in memory, as much of it as the limits
/// let in; for the rest the stream is read again, from the same offset to the same offset.
/// </remarks>
internal sealed class FailedRecords(TopicScan scan, IReadOnlyCollection<ScanRange> ranges, Func<FailedEvent, bool> isWanted)
{
    /// <summary>How many events are sorted at a time.</summary>
    public int MaxEvents { get; init; } = 10_000;

    /// <summary>How many bytes of records are sorted at a time; one record may have more.</summary>
    public long MaxBytes { get; init; } = 64L << 20;

    /// <summary>The events, those of one input always together.</summary>
    public async IAsyncEnumerable<IReadOnlyList<FailedRecord>> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        StreamPosition? last = null;
        while (await NextAsync(last, cancellation) is { Count: > 0 } batch)
        {
            last = batch[^1].Origin;
            yield return batch;
        }
    }

    private async Task<List<FailedRecord>> NextAsync(StreamPosition? after, CancellationToken cancellation)
    {
        // The one that would come last is the first to go.
        var lowest = new PriorityQueue<FailedRecord, FailedRecord>(Comparer<FailedRecord>.Create((one, other) => other.CompareTo(one)));
        StreamPosition? cut = null;
        var bytes = 0L;
        await foreach (var record in scan.ReadAsync(ranges, cancellation))
        {
            if (FailedEvent.Read(record) is not { } failed || !isWanted(failed))
            {
                continue;
            }

            var candidate = new FailedRecord(failed, record);
            if ((after is { } done && FailedRecord.Compare(candidate.Origin, done) <= 0) || (cut is { } bound && FailedRecord.Compare(candidate.Origin, bound) >= 0))
            {
                continue;
            }

            lowest.Enqueue(candidate, candidate);
            bytes += record.Size;
            while (lowest.Count > MaxEvents || (bytes > MaxBytes && lowest.Count > 1))
            {
                var gone = lowest.Dequeue();
                bytes -= gone.Record.Size;
                cut = gone.Origin;
            }
        }

        var batch = new List<FailedRecord>(lowest.Count);
        while (lowest.TryDequeue(out var failed, out _))
        {
            batch.Add(failed);
        }

        batch.Reverse();
        if (cut is { } from && FailedRecord.Compare(batch[0].Origin, from) < 0)
        {
            batch.RemoveAll(failed => FailedRecord.Compare(failed.Origin, from) >= 0);
        }

        return batch;
    }
}
