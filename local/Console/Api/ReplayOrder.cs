namespace Millrace.Local;

/// <summary>What a page asks to be replayed: events that it names, or all that it chooses.</summary>
internal sealed record ReplayOrder
{
    /// <summary>The ids of error events, or their positions.</summary>
    public IReadOnlyList<string>? Ids { get; init; }

    /// <summary>Which error events; null where they are named.</summary>
    public ErrorQuery? Selection { get; init; }

    /// <summary>A corrected copy that takes the place of the one event that is named; null is the event itself.</summary>
    public string? Event { get; init; }

    /// <summary>Whether nothing is written.</summary>
    public bool DryRun { get; init; } = true;

    /// <summary>Whether those are replayed, too, that were replayed before.</summary>
    public bool Again { get; init; }
}
