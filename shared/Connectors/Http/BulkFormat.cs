using System.Buffers;
using System.Text;
using System.Text.Json;
using Millrace.Core;

namespace Millrace.Connectors;

/// <summary>The bulk format of OpenSearch and Elasticsearch.</summary>
/// <remarks>
/// An event is indexed under the key of its stream (<c>message_key_fields</c>), so that the last one of a key stays; where
/// <c>changelog_kind</c> is <c>delete</c>, what stands under the key is deleted. An event of a stream without a key is indexed
/// under its <c>meta.id</c>. Either way, sent again it changes nothing. https://docs.opensearch.org/latest/api-reference/document-apis/bulk/
/// </remarks>
internal sealed class BulkFormat(StageDefinition stage, string index) : IBatchFormat
{
    private const int MaxQuotation = 300;
    private const int NotFound = 404;

    public string ContentType => "application/x-ndjson";

    public bool ReadsAnswers => true;

    /// <summary>The name of the index for a stream's events.</summary>
    public static string IndexOf(string index, string stream) => index.Replace("{stream}", stream, StringComparison.Ordinal);

    public (HttpEntry? Entry, string? Refusal) Enter(ProcessedRecord accepted)
    {
        var position = accepted.Input.Origin;
        if (stage.InputOfTopic(position.Topic) is not { } stream)
        {
            return (null, $"topic '{position.Topic}' carries no stream that {stage.Name} reads, so that no index can be told");
        }

        using var document = JsonDocument.Parse(accepted.Input.Value);
        var root = document.RootElement;
        if (stream.Key is null)
        {
            var own = root.Child("meta"u8).Child("id"u8).Text() ?? position.ToString();
            return (Index(accepted, stream.Name, own), null);
        }

        if (!stream.Key.TryCreate(root, out var key, out var missing))
        {
            return (null, $"index '{IndexOf(index, stream.Name)}': '.{missing}' is missing, and stream {stream.Name} is keyed by it");
        }

        var id = Encoding.UTF8.GetString(key);
        return (root.Child("changelog_kind"u8).Text() == "delete"
            ? new HttpEntry(accepted, Action("delete", stream.Name, id), default, id)
            : Index(accepted, stream.Name, id), null);
    }

    public void Write(ArraySegment<HttpEntry> batch, IBufferWriter<byte> body)
    {
        foreach (var entry in batch)
        {
            body.Write(entry.Action.Span);
            body.Write("\n"u8);
            if (!entry.Document.IsEmpty)
            {
                body.Write(entry.Document.Span);
                body.Write("\n"u8);
            }
        }
    }

    public BatchAnswer Read(ArraySegment<HttpEntry> batch, ReadOnlyMemory<byte> answer)
    {
        using var parsed = Parse(answer);
        var root = parsed.RootElement;
        if (root.Child("errors"u8).Flag() == false)
        {
            return BatchAnswer.Taken;
        }

        var items = root.Child("items"u8);
        if (items.ValueKind != JsonValueKind.Array || items.GetArrayLength() != batch.Count)
        {
            throw NoBulkAnswer($"it has no results of {batch.Count} actions");
        }

        return Judge(batch, items);
    }

    private static BatchAnswer Judge(ArraySegment<HttpEntry> batch, JsonElement items)
    {
        var refused = new List<RefusedRecord>();
        var again = new List<HttpEntry>();
        var waiting = new HashSet<string>(StringComparer.Ordinal);
        string? wait = null;
        foreach (var (entry, item) in batch.Zip(items.EnumerateArray().Select(Result)))
        {
            var status = item.Child("status"u8).Number() ?? throw NoBulkAnswer("a result has no status");
            if (Waits(status, item))
            {
                wait ??= $"answered {status} for {entry.Id}: {Reason(item)}";
                waiting.Add(entry.Id!);
                again.Add(entry);
            }
            else if (status is < 200 or >= 300 && !(status == NotFound && entry.Document.IsEmpty && item.Child("error"u8).ValueKind == JsonValueKind.Undefined))
            {
                refused.Add(new RefusedRecord(entry.Processed, $"{Excerpt.Of(entry.Id, MaxQuotation)} of index '{item.Child("_index"u8).Text()}': {Reason(item)} ({status})", ErrorTypes.RefusedByStore));
            }
            else if (waiting.Contains(entry.Id!))
            {
                // What is sent again must not replace what came after it.
                again.Add(entry);
            }
        }

        return new BatchAnswer(refused, again.Count > 0 ? [again.ToArray()] : [], wait);
    }

    // { "index": { … } }: the action's name, and its result.
    private static JsonElement Result(JsonElement item) => item.ValueKind == JsonValueKind.Object ? item.EnumerateObject().FirstOrDefault().Value : default;

    // Too many requests, a disk that is full (an index is then blocked, 403), no index yet: none of them is about the event.
    private static bool Waits(long status, JsonElement item) =>
        status is 401 or 403 or 429 or >= 500 || item.Child("error"u8).Child("type"u8).Text() == "index_not_found_exception";

    private static string Reason(JsonElement item)
    {
        var error = item.Child("error"u8);
        var cause = error.Child("caused_by"u8).Child("reason"u8).Text();
        var text = error.ValueKind == JsonValueKind.Object ? $"{error.Child("type"u8).Text()}: {error.Child("reason"u8).Text()}{(cause is null ? "" : $" ({cause})")}" : error.Text();
        return Excerpt.Of(text ?? "no reason given", MaxQuotation);
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> answer)
    {
        try
        {
            return JsonDocument.Parse(answer);
        }
        catch (JsonException cause)
        {
            throw NoBulkAnswer($"it is not JSON: {cause.Message}");
        }
    }

    private static SinkException NoBulkAnswer(string why) => new($"The answer is not one to a bulk request: {why}.") { CanRetry = true };

    private HttpEntry Index(ProcessedRecord accepted, string stream, string id) =>
        new(accepted, Action("index", stream, id), PlainFormat.OneLine(accepted.Input.Value!), id);

    private byte[] Action(string action, string stream, string id)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteStartObject(action);
        json.WriteString("_index", IndexOf(index, stream));
        json.WriteString("_id", id);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
