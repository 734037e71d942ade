namespace Millrace.Broker.Storage;

/// <summary>The index of a segment that is being written, in memory.</summary>
internal sealed class GrowingIndex : ISegmentIndex
{
    // A walk through fewer bytes than that is as quick as a longer search.
    private const int Density = 4096;

    private readonly List<IndexEntry> _entries = [];
    private readonly List<AbortedTransaction> _aborted = [];

    /// <summary>An empty one.</summary>
    public GrowingIndex()
    {
    }

    /// <summary>One that goes on from another.</summary>
    public GrowingIndex(ISegmentIndex from)
    {
        for (var i = 0; i < from.Count; i++)
        {
            _entries.Add(from[i]);
        }

        _aborted.AddRange(from.Aborted);
    }

    public int Count => _entries.Count;

    public IndexEntry this[int index] => _entries[index];

    public IReadOnlyList<AbortedTransaction> Aborted => _aborted;

    /// <summary>Takes note of a batch, if the last one of which it did is far enough.</summary>
    public void Add(in IndexEntry entry)
    {
        if (_entries.Count == 0 || entry.Position - _entries[^1].Position >= Density)
        {
            _entries.Add(entry);
        }
    }

    /// <summary>Takes note of an aborted transaction.</summary>
    public void Add(in AbortedTransaction transaction) => _aborted.Add(transaction);
}
