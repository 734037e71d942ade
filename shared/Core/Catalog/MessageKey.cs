using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Millrace.Core;

/// <summary>How a stream's records are keyed: a JSON object of some of the event's fields, such as <c>{"wiki_id":"enwiki","page_id":7}</c>.</summary>
/// <remarks>From <c>message_key_fields</c> of the stream configuration, in its order: the same fields always give the same bytes.</remarks>
public sealed class MessageKey
{
    private readonly (JsonEncodedText Name, string Path, string[] Steps)[] _fields;

    /// <summary>A key of these fields.</summary>
    /// <param name="fields">The name within the key, and the dotted path within the event.</param>
    public MessageKey(IEnumerable<KeyValuePair<string, string>> fields) =>
        _fields = [.. fields.Select(field => (JsonEncodedText.Encode(field.Key), field.Value, field.Value.Split('.')))];

    /// <summary>The key of an event.</summary>
    /// <param name="root">The event, an object.</param>
    /// <param name="key">The key's bytes.</param>
    /// <param name="missing">The dotted path of the field that is absent, null or no scalar.</param>
    public bool TryCreate(JsonElement root, [NotNullWhen(true)] out byte[]? key, [NotNullWhen(false)] out string? missing) =>
        TryCreate(new ObjectDraft(root), out key, out missing);

    internal bool TryCreate(ObjectDraft root, [NotNullWhen(true)] out byte[]? key, [NotNullWhen(false)] out string? missing)
    {
        var buffer = new ArrayBufferWriter<byte>(96);
        using var json = new Utf8JsonWriter(buffer, EventEncoding.WriterOptions);
        json.WriteStartObject();
        foreach (var (name, path, steps) in _fields)
        {
            json.WritePropertyName(name);
            if (!root.TryWriteScalar(steps, json))
            {
                (key, missing) = (null, path);
                return false;
            }
        }

        json.WriteEndObject();
        json.Flush();
        (key, missing) = (buffer.WrittenSpan.ToArray(), null);
        return true;
    }
}
