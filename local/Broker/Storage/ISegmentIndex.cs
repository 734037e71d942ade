namespace Millrace.Broker.Storage;

/// <summary>Where some of a segment's batches stand, and which aborted transactions end in it.</summary>
internal interface ISegmentIndex
{
    /// <summary>How many entries there are.</summary>
    int Count { get; }

    /// <summary>An entry; all three of its numbers grow from one to the next, the timestamp not always.</summary>
    IndexEntry this[int index] { get; }

    /// <summary>In the order in which they were aborted.</summary>
    IReadOnlyList<AbortedTransaction> Aborted { get; }
}
