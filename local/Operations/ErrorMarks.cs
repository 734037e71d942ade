using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>What has become of the error events of some stages, as far as there are marks.</summary>
internal sealed class ErrorMarks
{
    private readonly Dictionary<Guid, ErrorMark> _marks = [];

    /// <summary>Reads the marks that are committed.</summary>
    /// <exception cref="KafkaException">The brokers do not answer.</exception>
    public static async Task<ErrorMarks> ReadAsync(TopicScan scan, IReadOnlyList<StageDefinition> stages, CancellationToken cancellation) =>
        await ReadAsync(scan, await scan.PlanAsync([.. stages.Select(stage => stage.ResolvedTopic)]), cancellation);

    /// <summary>Reads the marks of parts of topics.</summary>
    /// <exception cref="KafkaException">The brokers do not answer.</exception>
    public static async Task<ErrorMarks> ReadAsync(TopicScan scan, IReadOnlyCollection<ScanRange> ranges, CancellationToken cancellation)
    {
        var marks = new ErrorMarks();
        await foreach (var record in scan.ReadAsync(ranges, cancellation))
        {
            if (ErrorMark.Read(record) is { } mark)
            {
                marks._marks[mark.ErrorId] = mark;
            }
            else if (record.Value is null && Guid.TryParseExact(Encoding.ASCII.GetString(record.Key ?? []), "D", out var forgotten))
            {
                marks._marks.Remove(forgotten);
            }
        }

        return marks;
    }

    /// <summary>The last mark of an error event; null where it is open.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="position">Where it stands: one behind the event that was marked has failed since.</param>
    public ErrorMark? Of(Guid id, StreamPosition position) =>
        _marks.TryGetValue(id, out var mark) && !(mark.Position.StreamPartition == position.StreamPartition && position.Offset > mark.Position.Offset) ? mark : null;

    /// <summary>The error event with its state.</summary>
    public FailedEvent Apply(FailedEvent failed) =>
        Guid.TryParseExact(failed.Id, "D", out var id) && StreamPosition.TryParse(failed.Position, out var position) && Of(id, position) is { } mark
            ? failed with { State = mark.State, Mark = mark }
            : failed;

    /// <summary>Whether a record of an error stream is one that nobody has resolved, without reading all of it.</summary>
    public bool IsUnresolved(EventRecord record)
    {
        if (_marks.Count == 0 || record.Value is null)
        {
            return true;
        }

        try
        {
            var id = EventFields.Find(record.Value)[(int)EventField.Id].In(record.Value);
            return !Guid.TryParseExact(Encoding.UTF8.GetString(id).Trim('"'), "D", out var known) || Of(known, record.Position) is not { State: not ErrorState.Requested };
        }
        catch (JsonException)
        {
            return true;
        }
    }
}
