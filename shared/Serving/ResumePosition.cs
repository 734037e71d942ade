using System.Text.Json;
using Millrace.Core;

namespace Millrace.Serving;

/// <summary>Where a client was in one partition, as its <c>Last-Event-ID</c> says.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Offset">The offset to go on at; null, or −1, says nothing.</param>
/// <param name="Timestamp">The time of the last record that it saw there, in milliseconds since 1970; null says nothing.</param>
/// <param name="Cluster">The cluster that the offset is of; null says nothing.</param>
internal readonly record struct ResumePosition(string Topic, int Partition, long? Offset, long? Timestamp, string? Cluster)
{
    private const int MaxLength = 64 * 1024;
    private const int MaxText = 256;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 2, AllowDuplicateProperties = false };

    /// <summary>Reads the header; nothing where there is none.</summary>
    /// <exception cref="StreamRefusedException">It is none that this platform, or EventStreams, would give.</exception>
    public static IReadOnlyList<ResumePosition> Read(string? lastEventId)
    {
        if (string.IsNullOrEmpty(lastEventId))
        {
            return [];
        }

        if (lastEventId.Length > MaxLength)
        {
            throw new StreamRefusedException(400, $"Last-Event-ID has {lastEventId.Length} characters; allowed are {MaxLength}.");
        }

        try
        {
            using var document = JsonDocument.Parse(lastEventId, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Array ? [.. document.RootElement.EnumerateArray().Select(Read)] : throw Wrong(lastEventId);
        }
        catch (JsonException broken)
        {
            throw Wrong(lastEventId, broken);
        }
    }

    private static ResumePosition Read(JsonElement entry)
    {
        string? topic = null, cluster = null;
        int? partition = null;
        long? offset = null, timestamp = null;
        var isRight = entry.ValueKind == JsonValueKind.Object;
        foreach (var field in isRight ? entry.EnumerateObject() : default)
        {
            isRight &= field.Name switch
            {
                "topic" => (topic = Text(field.Value)) is not null,
                "cluster" => (cluster = Text(field.Value)) is not null,
                "partition" => (partition = (int?)Number(field.Value, 0, int.MaxValue)) is not null,
                "offset" => (offset = Number(field.Value, -1, long.MaxValue)) is not null,
                "timestamp" => (timestamp = Number(field.Value, 0, long.MaxValue)) is not null,
                _ => false,
            };
        }

        return isRight && topic is not null && partition is { } number
            ? new ResumePosition(topic, number, offset is >= 0 ? offset : null, timestamp, cluster)
            : throw Wrong(entry.GetRawText());
    }

    private static string? Text(JsonElement value) => value.Text() is { Length: > 0 and <= MaxText } text ? text : null;

    private static long? Number(JsonElement value, long min, long max) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= min && number <= max ? number : null;

    private static StreamRefusedException Wrong(string text, Exception? cause = null) => new(400,
        $"Last-Event-ID has {Excerpt.Of(text)}; allowed is the id of an event, such as [{{\"topic\":\"a\",\"partition\":0,\"offset\":7,\"timestamp\":1769860800000}}], or nothing.", cause);
}
