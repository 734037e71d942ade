using System.Text;
using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>Guesses the schema that an event names before the event is read: many events name it last.</summary>
/// <remarks>A guess costs little and may be wrong, as the first <c>$schema</c> in the bytes may stand anywhere; it counts once the event confirms it.</remarks>
internal static class SchemaGuess
{
    /// <summary>What follows the first <c>"$schema"</c>; empty where that is no short string without escapes.</summary>
    /// <param name="utf8Json">The event.</param>
    /// <param name="buffer">Where the guess is written to.</param>
    public static ReadOnlySpan<char> Of(ReadOnlySpan<byte> utf8Json, Span<char> buffer)
    {
        var name = "\"$schema\""u8;
        var at = utf8Json.IndexOf(name);
        if (at < 0)
        {
            return default;
        }

        var value = utf8Json[(at + name.Length)..].TrimStart(": \n\r\t"u8);
        if (value.IsEmpty || value[0] != '"')
        {
            return default;
        }

        value = value[1..];
        var length = value[..Math.Min(value.Length, buffer.Length)].IndexOf((byte)'"');
        return length > 0 && Ascii.ToUtf16(value[..length], buffer, out var written) == System.Buffers.OperationStatus.Done
            ? buffer[..written]
            : default;
    }

    /// <summary>Whether a JSON value is that string.</summary>
    /// <param name="json">The value that the event has as its <c>$schema</c>; empty where it has none.</param>
    /// <param name="uri">The schema's URI.</param>
    public static bool IsConfirmed(ReadOnlySpan<byte> json, string uri)
    {
        if (json.IsEmpty || json[0] != '"')
        {
            return false;
        }

        if (Ascii.Equals(json[1..^1], uri))
        {
            return true;
        }

        var reader = new Utf8JsonReader(json);
        return reader.Read() && reader.ValueTextEquals(uri);
    }
}
