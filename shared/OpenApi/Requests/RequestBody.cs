using System.Buffers;
using System.Text.Json;

namespace Millrace.OpenApi;

/// <summary>Makes the bodies that are posted: a JSON object of bound fields.</summary>
internal static class RequestBody
{
    /// <summary>The media type of a body.</summary>
    public const string ContentType = "application/json";

    /// <exception cref="Millrace.Core.StageException">A value is missing, or cannot be used.</exception>
    public static ReadOnlyMemory<byte> For(IEnumerable<BoundParameter> fields, JsonElement @event)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        foreach (var field in fields)
        {
            if (field.Value(@event) is { ValueKind: not JsonValueKind.Undefined } value)
            {
                json.WritePropertyName(field.Parameter.Name);
                value.WriteTo(json);
            }
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
