using System.Diagnostics;

namespace Millrace.Core;

/// <summary>A record, what became of it, and the records to produce for that.</summary>
/// <param name="Input">The record.</param>
/// <param name="Outcome">What became of it. What a stage emitted is no longer in it: it is encoded, and may be large.</param>
/// <param name="Outputs">For an emitted event its outputs, for a failed one its error event, for a filtered one nothing; a connector's events have none either. Of a replay, what marks its error event is behind them.</param>
/// <param name="SchemaUri">The <c>$schema</c> of the event; null where it was not decoded.</param>
public sealed record ProcessedRecord(EventRecord Input, Outcome Outcome, IReadOnlyList<OutputRecord> Outputs, string? SchemaUri = null)
{
    /// <summary>The span of the event, which has ended; null where none is recorded.</summary>
    internal Activity? Span { get; init; }

    /// <summary>The size of the outputs' values, in bytes.</summary>
    public long OutputBytes
    {
        get
        {
            var bytes = 0L;
            for (var i = 0; i < Outputs.Count; i++)
            {
                bytes += Outputs[i].Value.Length;
            }

            return bytes;
        }
    }
}
