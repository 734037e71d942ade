using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>Makes the record to replay of an error event: the input as it was, to the byte, with a stamp.</summary>
internal sealed class ReplayInput(StageDefinition stage, TopicScan scan, TimeProvider time)
{
    private static readonly string[] Own = [ReplayStamp.HeaderName, ErrorInput.HeaderName, RecordOrigin.HeaderName];

    /// <summary>The record, or why there is none.</summary>
    /// <param name="failed">The error event.</param>
    /// <param name="request">The request.</param>
    /// <param name="edited">What takes the event's place; null is the event itself.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<(EventRecord? Record, string? Refusal)> MakeAsync(FailedRecord failed, Guid request, byte[]? edited, CancellationToken cancellation)
    {
        if (WhyNot(failed) is { } reason)
        {
            return (null, reason);
        }

        var place = ErrorInput.Read(failed.Record);
        var (value, refusal) = edited is not null ? (edited, null) : await ValueAsync(failed, place?.Position ?? failed.Origin, cancellation);
        if (refusal is not null)
        {
            return (null, refusal);
        }

        var stamp = new ReplayStamp { Origin = failed.Origin, ErrorId = failed.Id!.Value, Error = failed.Record.Position, Request = request, IsEdited = edited is not null };
        return (new EventRecord
        {
            Position = new StreamPosition(stage.ReplayTopic, failed.Origin.Partition, 0),
            Key = failed.Record.Key,
            Value = value,
            Headers =
            [
                .. failed.Record.Headers.Where(header => !Own.Contains(header.Name)),
                .. place?.MirroredOffset is { } offset ? [RecordOrigin.Header(offset)] : Array.Empty<RecordHeader>(),
                stamp.Header(),
            ],
            Timestamp = time.GetUtcNow(),
        }, null);
    }

    private string? WhyNot(FailedRecord failed) =>
        failed.Event.Stage != stage.Name ? $"it is of '{Printable.Of(failed.Event.Stage)}' (emitter_id), and stands in the error stream of {stage.Name}"
        : failed.Id is null ? "its id is no UUID, by which one could tell that it was replayed"
        : failed.Origin.Topic.Length == 0 ? "it does not say where the event stood (meta.source)"
        : stage.InputOfTopic(failed.Origin.Topic) is null ? $"{stage.Name} does not read {Printable.Of(failed.Origin.Topic)}, which the event was of"
        : null;

    private async Task<(byte[]? Value, string? Refusal)> ValueAsync(FailedRecord failed, StreamPosition place, CancellationToken cancellation)
    {
        if (failed.Event.RawEvent is not { } text)
        {
            return (null, null);
        }

        byte[] raw;
        try
        {
            raw = ErrorEvent.RawBytes(text);
        }
        catch (FormatException)
        {
            return (null, "its raw_event begins as base64 does, and is none");
        }

        return ErrorEvent.WholeSize(failed.Event.Message) is { } size && size > raw.Length ? await WholeAsync(raw, size, place, cancellation) : (raw, null);
    }

    // The error event has only the beginning of a large event: the rest may still be where it was.
    private async Task<(byte[]? Value, string? Refusal)> WholeAsync(byte[] beginning, long size, StreamPosition place, CancellationToken cancellation)
    {
        var cut = $"its error event has only the first {beginning.Length:N0} of its {size:N0} bytes, and at {place}";
        var partition = new TopicPartition(place.Topic, place.Partition);
        var there = (await scan.PlanAsync([place.Topic])).FirstOrDefault(range => range.Partition == partition);
        if (there is null || place.Offset < there.From || place.Offset >= there.To)
        {
            return (null, $"{cut} there is no record any more");
        }

        await foreach (var record in scan.ReadAsync([new ScanRange(partition, place.Offset, place.Offset + 1)], cancellation))
        {
            return record.Position.Offset == place.Offset && record.Value is { } whole && whole.Length == size && whole.AsSpan().StartsWith(beginning)
                ? (whole, null)
                : (null, $"{cut} there is another record");
        }

        return (null, $"{cut} there is no record any more");
    }
}
