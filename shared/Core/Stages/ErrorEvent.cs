using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Millrace.Core;

/// <summary>What goes to a stage's error stream: why one input failed, and the input itself, so that it can be replayed.</summary>
/// <remarks>
/// By Wikimedia's schema <c>error/2.1.0</c>. The position of the input is in <c>meta.source</c>; the record keeps the
/// input's key and headers. <c>raw_event</c> is the input's value as text; a value that is not UTF-8 (or that itself
/// begins so) is written as <c>data:application/octet-stream;base64,…</c>, which gives back every byte.
/// Of a replay that fails again, <c>meta.source</c> is the position of the original, the id is of the replay itself, and the
/// record keeps the <see cref="ReplayStamp"/>, so that it can be replayed in its turn.
/// </remarks>
public static partial class ErrorEvent
{
    /// <summary>The schema of error events.</summary>
    public const string DefaultSchemaUri = "/error/2.1.0";

    private const int MaxStackLength = 8 * 1024;

    private const string Base64Prefix = "data:application/octet-stream;base64,";

    /// <summary>The input's bytes, of what <c>raw_event</c> has.</summary>
    /// <exception cref="FormatException">It begins as what is written in base64 does, and is not.</exception>
    public static byte[] RawBytes(string rawEvent)
    {
        ArgumentNullException.ThrowIfNull(rawEvent);
        return rawEvent.StartsWith(Base64Prefix, StringComparison.Ordinal) ? Convert.FromBase64String(rawEvent[Base64Prefix.Length..]) : Encoding.UTF8.GetBytes(rawEvent);
    }

    /// <summary>The size of the whole input, of an error event that holds only the beginning of it; null where it holds all.</summary>
    /// <param name="message">The error event's message, which ends with it.</param>
    public static long? WholeSize(string message) =>
        CutNote().Match(message ?? "") is { Success: true } note && long.TryParse(note.Groups[1].ValueSpan, NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var size) ? size : null;

    /// <summary>The id of the error event of a record.</summary>
    internal static string IdOf(StageDefinition stage, EventRecord input, in StreamPosition named) =>
        OutputId.Create(stage.ErrorStream.Name, input.Replay is null ? named : input.Position, 0);

    internal static OutputRecord Create(StageDefinition stage, EventRecord input, in StreamPosition named, StageError error, string topic, int maxBytes, DateTimeOffset now, Activity? span = null)
    {
        ReadOnlyMemory<byte>? raw = input.Value is { } bytes ? bytes : default(ReadOnlyMemory<byte>?);
        var value = Encode(stage, input, named, error, raw, now);
        while (value.Length > maxBytes && raw is { Length: > 0 } whole)
        {
            raw = Cut(whole, value.Length, maxBytes);
            value = Encode(stage, input, named, error, raw, now);
        }

        var headers = TraceHeaders.ForOutputs(input, span);
        if (ErrorInput.HeaderOf(input, named) is { } place)
        {
            headers.Add(place);
        }

        return new OutputRecord
        {
            Topic = topic,
            Key = input.Key,
            Value = value,
            Headers = headers,
            Timestamp = now,
        };
    }

    // Shrinks in proportion to what encoding cost, less a tenth: escapes are not spread evenly. Keeps characters whole.
    private static ReadOnlyMemory<byte> Cut(ReadOnlyMemory<byte> raw, int encoded, int limit)
    {
        var length = (int)Math.Max(0, ((double)raw.Length * limit / encoded * 0.9) - 1024);
        while (length > 0 && (raw.Span[length] & 0xC0) == 0x80)
        {
            length--;
        }

        return raw[..length];
    }

    private static byte[] Encode(StageDefinition stage, EventRecord input, in StreamPosition named, StageError error, ReadOnlyMemory<byte>? raw, DateTimeOffset now)
    {
        var buffer = new ArrayBufferWriter<byte>(1024 + (raw?.Length ?? 0));
        using var json = new Utf8JsonWriter(buffer, EventEncoding.WriterOptions);
        var time = Iso8601.Format(now);
        json.WriteStartObject();
        json.WriteString("$schema", stage.ErrorSchemaUri);
        json.WriteStartObject("meta");
        json.WriteString("stream", stage.ErrorStream.Name);
        json.WriteString("id", IdOf(stage, input, named));
        json.WriteString("dt", time);
        json.WriteStartObject("source");
        json.WriteString("topic", input.Origin.Topic);
        json.WriteNumber("partition", input.Origin.Partition);
        json.WriteNumber("offset", input.Origin.Offset);
        json.WriteString("timestamp", Iso8601.Format(input.Timestamp));
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteString("dt", time);
        json.WriteString("emitter_id", stage.Name);
        json.WriteString("error_type", error.Type);
        json.WriteString("message", raw?.Length == (input.Value?.Length ?? 0) || raw is null
            ? error.Message
            : string.Create(CultureInfo.InvariantCulture, $"{error.Message} (raw_event holds the first {raw.Value.Length:N0} of {input.Value!.Length:N0} bytes)"));
        WriteOptional(json, "errored_schema_uri", error.SchemaUri);
        WriteOptional(json, "errored_stream_name", error.Stream);
        WriteOptional(json, "stack", error.Stack is { Length: > MaxStackLength } stack ? stack[..MaxStackLength] : error.Stack);
        WriteRaw(json, raw);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteRaw(Utf8JsonWriter json, ReadOnlyMemory<byte>? raw)
    {
        if (raw is not { } bytes)
        {
            return;
        }

        if (Utf8.IsValid(bytes.Span) && !bytes.Span.StartsWith("data:application/octet-stream;base64,"u8))
        {
            json.WriteString("raw_event", bytes.Span);
        }
        else
        {
            json.WriteString("raw_event", Base64Prefix + Convert.ToBase64String(bytes.Span));
        }
    }

    [GeneratedRegex(@" \(raw_event holds the first [0-9,]+ of ([0-9,]+) bytes\)$")]
    private static partial Regex CutNote();
}
