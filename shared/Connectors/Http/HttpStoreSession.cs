using Millrace.Core;

namespace Millrace.Connectors;

/// <summary>One partition's events on their way to an HTTP address: in offset order, a request after the other.</summary>
/// <remarks>What was taken is not sent again by this session, however often it is told to commit.</remarks>
internal sealed class HttpStoreSession(HttpTarget target) : IStoreSession
{
    private readonly List<HttpEntry> _held = [];
    private readonly Stack<ArraySegment<HttpEntry>> _batches = new();
    private List<RefusedRecord> _refused = [];

    public long Checkpoint => 0;

    public long HeldBytes { get; private set; }

    public ValueTask AppendAsync(ProcessedRecord accepted, CancellationToken cancellation)
    {
        var (entry, refusal) = target.Format.Enter(accepted);
        if (entry is null)
        {
            _refused.Add(new RefusedRecord(accepted, refusal!, ErrorTypes.RefusedByStore));
            return default;
        }

        _held.Add(entry);
        HeldBytes += entry.Size;
        return default;
    }

    public async ValueTask<IReadOnlyList<RefusedRecord>> CommitAsync(long checkpoint, CancellationToken cancellation)
    {
        Cut();
        while (_batches.TryPeek(out var batch))
        {
            var answer = await target.PostAsync(batch, cancellation).ConfigureAwait(false);
            _batches.Pop();
            _refused.AddRange(answer.Refused);
            foreach (var again in answer.Again.Reverse())
            {
                _batches.Push(again);
            }

            if (answer.Wait is { } wait)
            {
                throw new SinkException($"Of {batch.Count} events some are to be sent again: the receiver {wait}.") { CanRetry = true };
            }
        }

        HeldBytes = 0;
        var refused = _refused;
        _refused = [];
        return refused;
    }

    public ValueTask DisposeAsync() => default;

    // Cut by what stands in them alone: from the same checkpoint, the same records make the same requests.
    private void Cut()
    {
        _held.Sort((one, other) => one.Offset.CompareTo(other.Offset));
        var entries = _held.ToArray();
        _held.Clear();
        var cuts = new List<ArraySegment<HttpEntry>>();
        for (var (start, end, bytes) = (0, 0, 0L); start < entries.Length; (start, bytes) = (end, 0))
        {
            while (end < entries.Length && (end == start || (end - start < target.Settings.MaxBatchRecords && bytes + entries[end].Size <= target.Settings.MaxBatchBytes)))
            {
                bytes += entries[end++].Size;
            }

            cuts.Add(new ArraySegment<HttpEntry>(entries, start, end - start));
        }

        // Behind what an earlier call left: that comes first.
        var earlier = _batches.ToArray();
        _batches.Clear();
        foreach (var batch in earlier.Concat(cuts).Reverse())
        {
            _batches.Push(batch);
        }
    }
}
