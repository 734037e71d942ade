using System.Buffers;
using System.Text.Json;
using Millrace.Core;

namespace Millrace.Connectors;

/// <summary>Walks over the fields of an object in JSON that is known to be valid, and looks into nothing else.</summary>
/// <remarks>What is not valid ends in a <see cref="JsonException"/>, or is not noticed.</remarks>
internal static class JsonFields
{
    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> EndOfScalar = SearchValues.Create(",}] \t\r\n"u8);
    private static readonly SearchValues<byte> Space = SearchValues.Create(" \t\r\n"u8);

    /// <summary>Finds the next field.</summary>
    /// <param name="json">The text.</param>
    /// <param name="at">The place of the object's brace before the first field; moved behind the field.</param>
    /// <param name="name">The name, quotes included.</param>
    /// <param name="value">The value.</param>
    /// <returns>False behind the last.</returns>
    public static bool Next(ReadOnlySpan<byte> json, ref int at, out FieldRange name, out FieldRange value)
    {
        (name, value) = (default, default);
        at = SkipSpace(json, at);
        if (json[at] is (byte)'{' or (byte)',')
        {
            at = SkipSpace(json, at + 1);
        }

        if (json[at] == '}')
        {
            return false;
        }

        var end = SkipText(json, at);
        name = new FieldRange(at, end - at);
        at = SkipSpace(json, SkipSpace(json, end) + 1);
        end = SkipValue(json, at);
        value = new FieldRange(at, end - at);
        at = end;
        return true;
    }

    /// <summary>Whether a name in quotes, with whatever escapes, is that text.</summary>
    public static bool IsNamed(ReadOnlySpan<byte> quoted, ReadOnlySpan<byte> text)
    {
        if (quoted[1..^1].SequenceEqual(text))
        {
            return true;
        }

        if (!quoted.Contains((byte)'\\'))
        {
            return false;
        }

        var reader = new Utf8JsonReader(quoted);
        return reader.Read() && reader.ValueTextEquals(text);
    }

    private static int SkipValue(ReadOnlySpan<byte> json, int at) => json[at] switch
    {
        (byte)'"' => SkipText(json, at),
        (byte)'{' or (byte)'[' => SkipStructure(json, at),
        _ => at + Required(json[at..].IndexOfAny(EndOfScalar)),
    };

    private static int SkipText(ReadOnlySpan<byte> json, int at)
    {
        for (at++; ; at += 2)
        {
            at += Required(json[at..].IndexOfAny((byte)'"', (byte)'\\'));
            if (json[at] == '"')
            {
                return at + 1;
            }
        }
    }

    private static int SkipStructure(ReadOnlySpan<byte> json, int at)
    {
        var depth = 0;
        do
        {
            at += Required(json[at..].IndexOfAny(Structure));
            switch (json[at])
            {
                case (byte)'"': at = SkipText(json, at); break;
                case (byte)'{' or (byte)'[': depth++; at++; break;
                default: depth--; at++; break;
            }
        }
        while (depth > 0);
        return at;
    }

    private static int SkipSpace(ReadOnlySpan<byte> json, int at) => json[at] > ' ' ? at : at + Required(json[at..].IndexOfAnyExcept(Space));

    private static int Required(int found) => found >= 0 ? found : throw new JsonException("The event ends before it is whole.");
}
