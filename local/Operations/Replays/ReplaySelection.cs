namespace Millrace.Local;

/// <summary>Which error events are to be replayed, and how.</summary>
internal sealed record ReplaySelection
{
    /// <summary>Their ids, or positions as <c>topic/partition/offset</c>; empty is whatever the rest accepts, which does not count otherwise.</summary>
    public IReadOnlyCollection<string> Ids { get; init; } = [];

    /// <summary>The stages that failed; empty is all.</summary>
    public IReadOnlyCollection<string> Stages { get; init; } = [];

    /// <summary>Which of their error events; states do not count, see <see cref="Again"/>.</summary>
    public ErrorFilter Filter { get; init; } = new();

    /// <summary>Where to begin in the error streams; null is the beginning.</summary>
    public BackfillBound? From { get; init; }

    /// <summary>Where to end, before that record; null is the end.</summary>
    public BackfillBound? To { get; init; }

    /// <summary>How many offsets of error streams are read, the newest.</summary>
    public long Most { get; init; } = 1_000_000;

    /// <summary>Whether those are replayed, too, that were replayed before.</summary>
    public bool Again { get; init; }

    /// <summary>A corrected copy that takes the place of the event, of which there is one only; null is the event itself.</summary>
    public byte[]? Edited { get; init; }

    /// <summary>Refuses a corrected copy of more, or less, than one event.</summary>
    /// <exception cref="UsageException">It is not one that is named.</exception>
    public void RequireOne()
    {
        if (Ids.Count != 1)
        {
            throw new UsageException($"A corrected copy takes the place of one event, and {(Ids.Count == 0 ? "none is" : $"{Ids.Count} are")} named: name it by its id.");
        }
    }
}
