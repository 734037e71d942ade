namespace Millrace.Local;

/// <summary>How far a replay has come.</summary>
/// <param name="Stage">The stage whose events it is at.</param>
/// <param name="Step">What it has just done.</param>
/// <param name="Requested">How many events were requested so far, of the stage.</param>
internal readonly record struct ReplayProgress(string Stage, ReplayStep Step, long Requested);

/// <summary>The steps of a replay, each of which may be its last: what comes of the next one that asks for the same is the same.</summary>
internal enum ReplayStep
{
    /// <summary>Whoever replayed to the stage before can do so no more.</summary>
    Fenced,

    /// <summary>It is known what was replayed before.</summary>
    Known,

    /// <summary>A transaction has begun.</summary>
    Begun,

    /// <summary>Its events and their marks are written, and nobody is given them.</summary>
    Written,

    /// <summary>The transaction is committed.</summary>
    Committed,

    /// <summary>Nothing but records stands at the ends of partitions.</summary>
    Ended,
}
