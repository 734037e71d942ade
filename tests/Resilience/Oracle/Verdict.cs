namespace Millrace.Resilience;

/// <summary>What the oracle found.</summary>
internal sealed record Verdict
{
    /// <summary>How many events went in.</summary>
    public required int Inputs { get; init; }

    /// <summary>How many of them were to be filtered, and left no trace.</summary>
    public int Filtered { get; init; }

    /// <summary>Events that neither came out nor failed, but should have.</summary>
    public int Lost { get; init; }

    /// <summary>Outcomes beyond the first of an event.</summary>
    public int Duplicates { get; init; }

    /// <summary>Outcomes that come after one of a later event of their key.</summary>
    public int Reordered { get; init; }

    /// <summary>Outcomes of no event, of another kind than the event's fate, or with other content.</summary>
    public int Wrong { get; init; }

    /// <summary>Outcomes that were not there yet when a group had passed their event, and checkpoints that went back.</summary>
    public int Early { get; init; }

    /// <summary>The first of all these, one by one.</summary>
    public IReadOnlyList<string> Differences { get; init; } = [];

    /// <summary>Whether everything is there once, in order.</summary>
    public bool IsExactlyOnce => (Lost, Duplicates, Reordered, Wrong, Early) == (0, 0, 0, 0, 0);

    public override string ToString() =>
        $"{Inputs} inputs, {Filtered} filtered: {Lost} lost, {Duplicates} duplicates, {Reordered} reordered, {Wrong} wrong, {Early} early"
        + string.Concat(Differences.Select(difference => $"\n  {difference}"));
}
