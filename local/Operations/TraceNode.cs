using Millrace.Core;

namespace Millrace.Local;

/// <summary>An event on its way: where it stands, and what each stage that reads it made of it.</summary>
/// <param name="Position">Where it stands.</param>
/// <param name="Stream">The stream.</param>
/// <param name="Time">The record's timestamp.</param>
internal sealed record TraceNode(StreamPosition Position, string Stream, DateTimeOffset Time)
{
    /// <summary>The id of the event; null where it has none.</summary>
    public string? Id { get; init; }

    /// <summary>What failed, where it is an error event.</summary>
    public FailedEvent? Failed { get; set; }

    /// <summary>Whether it is the one that was asked for.</summary>
    public bool IsAsked { get; init; }

    /// <summary>What the stages made of it.</summary>
    public List<TraceOutcome> Outcomes { get; } = [];
}
