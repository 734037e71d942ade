namespace Millrace.Core;

/// <summary>What became of one event: emitted, filtered or failed, and nothing else.</summary>
public abstract record Outcome
{
    private Outcome()
    {
    }

    /// <summary>The event became other events.</summary>
    /// <param name="Events">At least one, in the order in which they are to stand in the output.</param>
    public sealed record Emitted(IReadOnlyList<EventDraft> Events) : Outcome;

    /// <summary>The stage has no use for the event. It is counted and leaves no other trace.</summary>
    /// <param name="Reason">Why, as one of few constant names in snake_case: it is counted by.</param>
    public sealed record Filtered(string Reason) : Outcome;

    /// <summary>The event could not be processed. It goes to the stage's error stream with its raw bytes, to be replayed.</summary>
    /// <param name="Error">Why.</param>
    public sealed record Failed(StageError Error) : Outcome;
}
