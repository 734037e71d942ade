namespace Millrace.Local;

/// <summary>What a stage made of an event.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Result"><c>emitted</c>, <c>failed</c>, <c>settled</c> (with nothing on Kafka to show for it: filtered, or in a store), <c>waiting</c>, or <c>not read</c> where the stage has no checkpoint yet.</param>
/// <param name="Events">The events that it made, of errors, too.</param>
internal sealed record TraceOutcome(string Stage, string Result, IReadOnlyList<TraceNode> Events)
{
    /// <summary>What came of it when it was last replayed to the stage, in the same words; null where it was not.</summary>
    public string? Replay { get; init; }
}
