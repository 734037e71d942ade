using System.Diagnostics;

namespace Millrace.Core;

/// <summary>One record on its way through a stage's pipeline.</summary>
public sealed class StageContext
{
    private List<OutputRecord>? _outputs;

    internal StageContext(StageDefinition stage, EventRecord record, CancellationToken cancellation)
    {
        Stage = stage;
        Record = record;
        Cancellation = cancellation;
    }

    /// <summary>The stage.</summary>
    public StageDefinition Stage { get; }

    /// <summary>The record as it came.</summary>
    public EventRecord Record { get; }

    /// <summary>The event, once decoded.</summary>
    public Event? Event { get; set; }

    /// <summary>Cancelled when the host stops, or when the attempt has taken too long.</summary>
    public CancellationToken Cancellation { get; set; }

    /// <summary>Whether the stage still runs although its attempt was given up: the event's memory is then left alone.</summary>
    internal bool Abandoned { get; set; }

    /// <summary>The span of the event; null where none is recorded.</summary>
    internal Activity? Span { get; set; }

    /// <summary>The records that the event became, ready to be produced.</summary>
    internal IReadOnlyList<OutputRecord> Outputs => _outputs ?? (IReadOnlyList<OutputRecord>)[];

    internal void Add(OutputRecord output) => (_outputs ??= new(1)).Add(output);

    internal void ClearOutputs() => _outputs?.Clear();
}
