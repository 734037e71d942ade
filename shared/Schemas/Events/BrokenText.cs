using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Millrace.Core;

namespace Millrace.Schemas;

/// <summary>Says what is wrong with bytes that are no JSON text, and where.</summary>
internal static class BrokenText
{
    private const int MaxReason = 200;

    /// <summary>What is wrong with the encoding: no UTF-8, a byte order mark, half a surrogate pair; null where all is well.</summary>
    public static StageError? Find(ReadOnlySpan<byte> bytes)
    {
        if (!Utf8.IsValid(bytes))
        {
            var at = IndexOfInvalid(bytes);
            return new StageError(ErrorTypes.InvalidUtf8, $"The value is not UTF-8: byte {at} is 0x{bytes[at]:X2}.");
        }

        if (bytes.StartsWith("\uFEFF"u8))
        {
            return new StageError(ErrorTypes.MalformedJson, "The value begins with a byte order mark, which JSON does not allow.");
        }

        return JsonText.IndexOfLoneSurrogate(bytes) is var lone and >= 0
            ? new StageError(ErrorTypes.MalformedJson, $"The escape at byte {lone} is half a surrogate pair, which is no text.")
            : null;
    }

    /// <summary>What the parser found, with the line and the byte in it, both from 1.</summary>
    public static StageError Describe(JsonException broken)
    {
        // The parser ends its message with the position, counted from 0.
        var reason = broken.Message;
        var position = reason.IndexOf(" LineNumber:", StringComparison.Ordinal);
        reason = JsonExcerpt.Shorten(Encoding.UTF8.GetBytes(position < 0 ? reason : reason[..position]), MaxReason);
        var place = broken.LineNumber is { } line ? $" at line {line + 1}, byte {broken.BytePositionInLine + 1}" : "";
        return new StageError(ErrorTypes.MalformedJson, $"The value is not JSON{place}: {reason}");
    }

    private static int IndexOfInvalid(ReadOnlySpan<byte> bytes)
    {
        var position = 0;
        while (Rune.DecodeFromUtf8(bytes[position..], out _, out var length) == System.Buffers.OperationStatus.Done)
        {
            position += length;
        }

        return position;
    }
}
