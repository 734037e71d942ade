using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>A record as one line.</summary>
internal static class RecordText
{
    private static readonly JsonWriterOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>For people: time, position and value.</summary>
    public static string Line(EventRecord record) => $"{Iso8601.Format(record.Timestamp)} {record.Position} {(record.Value is { } value ? Printable.Of(value) : "(no value)")}";

    /// <summary>For programs: everything, as one JSON object.</summary>
    public static string Json(EventRecord record)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line, Format))
        {
            json.WriteStartObject();
            json.WriteString("topic", record.Position.Topic);
            json.WriteNumber("partition", record.Position.Partition);
            json.WriteNumber("offset", record.Position.Offset);
            json.WriteString("timestamp", Iso8601.Format(record.Timestamp));
            json.WriteString("key", Text(record.Key));

            // A name may be there more than once, and their order counts.
            json.WriteStartArray("headers");
            foreach (var header in record.Headers)
            {
                json.WriteStartObject();
                json.WriteString("name", header.Name);
                json.WriteString("value", Text(header.Value));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            WriteValue(json, record.Value);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(line.ToArray());
    }

    private static void WriteValue(Utf8JsonWriter json, byte[]? value)
    {
        if (value is null)
        {
            json.WriteNull("event");
            return;
        }

        try
        {
            using var document = JsonDocument.Parse(value);
            json.WritePropertyName("event");
            document.WriteTo(json);
        }
        catch (JsonException)
        {
            json.WriteString("value", Text(value));
        }
    }

    private static string? Text(byte[]? bytes) => bytes is null ? null : Encoding.UTF8.GetString(bytes);
}
