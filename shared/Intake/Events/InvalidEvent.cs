using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Millrace.Core;

namespace Millrace.Intake;

/// <summary>The event that tells of one which does not match its schema, by Wikimedia's schema <c>error/2.1.0</c>.</summary>
internal static class InvalidEvent
{
    private const string Emitter = "intake";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Its record.</summary>
    /// <param name="stream">The stream of error events.</param>
    /// <param name="topic">That stream's topic.</param>
    /// <param name="raw">The event as it came.</param>
    /// <param name="error">What is wrong with it.</param>
    /// <param name="now">When it came.</param>
    /// <param name="maxBytes">How large the error event may be; of an event that is too large for it, there is the beginning.</param>
    public static OutputRecord Create(StreamDefinition stream, string topic, ReadOnlySpan<byte> raw, StageError error, DateTimeOffset now, int maxBytes)
    {
        var value = Encode(stream, raw, error, now, error.Message);
        if (value.Length > maxBytes)
        {
            // An escape takes up to six bytes for one.
            var length = Math.Min(raw.Length, maxBytes / 8);
            while (length > 0 && length < raw.Length && (raw[length] & 0xC0) == 0x80)
            {
                length--;
            }

            value = Encode(stream, raw[..length], error, now, $"{error.Message} (raw_event holds the first {length} of {raw.Length} bytes)");
        }

        return new OutputRecord { Topic = topic, Value = value, Timestamp = now };
    }

    private static byte[] Encode(StreamDefinition stream, ReadOnlySpan<byte> raw, StageError error, DateTimeOffset now, string message)
    {
        var buffer = new ArrayBufferWriter<byte>(1_024 + raw.Length);
        using var json = new Utf8JsonWriter(buffer, Options);
        var time = Iso8601.Format(now);
        json.WriteStartObject();
        json.WriteString("$schema", ErrorEvent.DefaultSchemaUri);
        json.WriteStartObject("meta");
        json.WriteString("stream", stream.Name);
        json.WriteString("id", Guid.CreateVersion7(now));
        json.WriteString("dt", time);
        json.WriteEndObject();
        json.WriteString("dt", time);
        json.WriteString("emitter_id", Emitter);
        json.WriteString("error_type", error.Type);
        json.WriteString("message", message);
        json.WriteString("errored_schema_uri", error.SchemaUri);
        json.WriteString("errored_stream_name", error.Stream);
        json.WriteString("raw_event", raw);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
