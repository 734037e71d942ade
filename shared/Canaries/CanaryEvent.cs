using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Millrace.Core;
using Millrace.Schemas;

namespace Millrace.Canaries;

/// <summary>The canary of one stream: the example of its newest schema, as if it had just happened at the site <c>canary</c>.</summary>
internal sealed class CanaryEvent
{
    private readonly StreamDefinition _stream;
    private readonly EventSchemas _schemas;
    private readonly string _example;

    private CanaryEvent(StreamDefinition stream, string topic, EventSchemas schemas, string example) =>
        (_stream, Topic, _schemas, _example) = (stream, topic, schemas, example);

    public string Stream => _stream.Name;

    public string Topic { get; }

    /// <summary>Finds the stream's schema and its example, and makes one to see that it can be.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="datacenter">The datacenter whose topic it is for; null where the stream has one topic.</param>
    /// <param name="repository">Where schemas are.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="CatalogException">There is no such schema or example, the example is not valid, or no topic is the datacenter's.</exception>
    public static CanaryEvent Of(StreamDefinition stream, string? datacenter, SchemaRepository repository, DateTimeOffset now)
    {
        var canary = new CanaryEvent(stream, stream.TopicToWrite(datacenter), new EventSchemas(repository), ExampleOf(stream, repository));
        _ = canary.Make(now);
        return canary;
    }

    /// <summary>A canary of now, checked against its schema.</summary>
    /// <exception cref="CatalogException">It does not match; none is sent.</exception>
    public OutputRecord Make(DateTimeOffset now)
    {
        var time = Iso8601.Format(now);
        var body = JsonNode.Parse(_example)!.AsObject();
        if (body["meta"] is not JsonObject meta)
        {
            body["meta"] = meta = [];
        }

        meta["stream"] = _stream.Name;
        meta["domain"] = "canary";
        meta["id"] = Guid.CreateVersion7(now).ToString();
        meta["dt"] = time;
        if (body.ContainsKey("dt"))
        {
            body["dt"] = time;
        }

        var value = Encoding.UTF8.GetBytes(body.ToJsonString());
        return new OutputRecord { Topic = Topic, Key = Check(value), Value = value, Timestamp = now };
    }

    private byte[]? Check(byte[] value)
    {
        var record = new EventRecord { Position = new StreamPosition(Topic, 0, 0), Value = value };
        byte[]? key = null;
        var isValid = _stream.Key is { } fields
            ? _schemas.TryDecode(record, fields, out var decoded, out key, out var error)
            : _schemas.TryDecode(record, out decoded, out error);
        using (decoded)
        {
            return isValid ? key : throw Refuse(_stream, $"the example of its schema cannot be one: {error!.Message}");
        }
    }

    private static string ExampleOf(StreamDefinition stream, SchemaRepository repository)
    {
        try
        {
            var uri = repository.LatestOf(stream.SchemaTitle)
                ?? throw Refuse(stream, $"no schema repository has '{stream.SchemaTitle}' (Millrace:Schemas lists them).");
            var examples = repository.Document(uri)?.Child("examples");
            if (examples is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() == 0)
            {
                throw Refuse(stream, $"{uri} has no examples.");
            }

            return list[0].ValueKind == JsonValueKind.Object ? list[0].GetRawText() : throw Refuse(stream, $"the first of the examples of {uri} is no object.");
        }
        catch (SchemaException broken)
        {
            throw new CatalogException($"Stream '{stream.Name}' cannot have canaries: {broken.Message}", broken);
        }
    }

    private static CatalogException Refuse(StreamDefinition stream, string why) =>
        new($"Stream '{stream.Name}' has canary_events_enabled and can have no canaries: {why}");
}
