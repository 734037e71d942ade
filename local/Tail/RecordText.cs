using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>A record as one line.</summary>
internal static class RecordText
{
    private const int MostKey = 1_024;

    private static readonly JsonWriterOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>For people: time, position and value.</summary>
    public static string Line(EventRecord record) => $"{Iso8601.Format(record.Timestamp)} {record.Position} {(record.Value is { } value ? Printable.Of(value) : "(no value)")}";

    /// <summary>For programs: everything, as one JSON object.</summary>
    public static string Json(EventRecord record)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line, Format))
        {
            Write(json, record);
        }

        return Encoding.UTF8.GetString(line.ToArray());
    }

    /// <summary>Writes a record as one JSON object, escaped as the writer does.</summary>
    /// <param name="json">Where to write.</param>
    /// <param name="record">The record.</param>
    /// <param name="most">How many bytes of its value are shown: of a larger one there is the beginning as text, and how large it is. Null is all of it, and of keys and headers as well.</param>
    public static void Write(Utf8JsonWriter json, EventRecord record, int? most = null)
    {
        json.WriteStartObject();
        json.WriteString("topic", record.Position.Topic);
        json.WriteNumber("partition", record.Position.Partition);
        json.WriteNumber("offset", record.Position.Offset);
        json.WriteString("timestamp", Iso8601.Format(record.Timestamp));
        json.WriteString("key", Text(record.Key, most is null ? null : MostKey));

        // A name may be there more than once, and their order counts.
        json.WriteStartArray("headers");
        foreach (var header in record.Headers)
        {
            json.WriteStartObject();
            json.WriteString("name", header.Name);
            json.WriteString("value", Text(header.Value, most is null ? null : MostKey));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (record.Value?.Length > most)
        {
            json.WriteString("value", Text(record.Value, most));
            json.WriteNumber("cut", record.Value.Length);
        }
        else
        {
            WriteValue(json, record.Value);
        }

        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, byte[]? value)
    {
        if (value is null)
        {
            json.WriteNull("event");
        }
        else if (Rewrite(value, json.Options) is { } rewritten)
        {
            json.WritePropertyName("event");
            json.WriteRawValue(rewritten.WrittenSpan, skipInputValidation: true);
        }
        else
        {
            json.WriteString("value", Text(value, null));
        }
    }

    // Null where it is no JSON, or has text that is no Unicode, which no JSON could be made of.
    private static ArrayBufferWriter<byte>? Rewrite(byte[] value, JsonWriterOptions format)
    {
        try
        {
            using var document = JsonDocument.Parse(value);
            var rewritten = new ArrayBufferWriter<byte>(value.Length);
            using var json = new Utf8JsonWriter(rewritten, format);
            document.WriteTo(json);
            json.Flush();
            return rewritten;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    private static string? Text(byte[]? bytes, int? most) => bytes is null ? null
        : bytes.Length > most ? Encoding.UTF8.GetString(bytes, 0, most.Value) + "…"
        : Encoding.UTF8.GetString(bytes);
}
