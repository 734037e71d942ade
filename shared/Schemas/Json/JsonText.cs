using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>JSON strings as the bytes that stand between their quotes.</summary>
/// <remarks>
/// For strings that a JSON parser accepted; others give no sensible text, but no exception either. Unlike <see cref="JsonElement.GetString"/>, nothing here throws on a lone
/// surrogate escape (<c>\ud800</c>): it becomes the three bytes that UTF-8 would have for it, equal to itself and to nothing else.
/// </remarks>
internal static class JsonText
{
    /// <summary>The string's bytes as written, escapes and all, without the quotes.</summary>
    public static ReadOnlySpan<byte> Raw(JsonElement text) => JsonMarshal.GetRawUtf8Value(text)[1..^1];

    /// <summary>The string's text in UTF-8. Allocates only where the string has escapes.</summary>
    public static ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> raw)
    {
        if (!raw.Contains((byte)'\\'))
        {
            return raw;
        }

        var buffer = new byte[raw.Length];
        return buffer.AsSpan(0, Unescape(raw, buffer));
    }

    /// <summary>Writes the string's text in UTF-8, and gives its length.</summary>
    /// <param name="raw">The string as written.</param>
    /// <param name="buffer">At least as long as that; escapes are longer than what they stand for.</param>
    public static int Unescape(ReadOnlySpan<byte> raw, Span<byte> buffer)
    {
        var written = 0;
        while (raw.IndexOf((byte)'\\') is var escape and >= 0)
        {
            raw[..escape].CopyTo(buffer[written..]);
            written += escape;
            var codePoint = ReadEscape(raw[escape..], out var size);
            written += Encode(codePoint, buffer[written..]);
            raw = raw[(escape + size)..];
        }

        raw.CopyTo(buffer[written..]);
        return written + raw.Length;
    }

    /// <summary>The string's text; half a surrogate pair reads as U+FFFD.</summary>
    public static string Text(ReadOnlySpan<byte> raw) => Encoding.UTF8.GetString(Unescape(raw));

    /// <summary>How many code points the string has. Allocates nothing.</summary>
    public static int CountCodePoints(ReadOnlySpan<byte> raw)
    {
        var count = 0;
        while (raw.IndexOf((byte)'\\') is var escape and >= 0)
        {
            count += CountUnescaped(raw[..escape]) + 1;
            _ = ReadEscape(raw[escape..], out var size);
            raw = raw[(escape + size)..];
        }

        return count + CountUnescaped(raw);
    }

    /// <summary>The place of the first escape in a JSON text that is half a surrogate pair; -1 where there is none.</summary>
    public static int IndexOfLoneSurrogate(ReadOnlySpan<byte> json)
    {
        var position = 0;
        while (json[position..].IndexOf((byte)'\\') is var escape and >= 0)
        {
            position += escape;
            if (ReadEscape(json[position..], out var size) is >= 0xD800 and <= 0xDFFF)
            {
                return position;
            }

            position += size;
        }

        return -1;
    }

    private static int CountUnescaped(ReadOnlySpan<byte> utf8)
    {
        if (Ascii.IsValid(utf8))
        {
            return utf8.Length;
        }

        var count = 0;
        foreach (var value in utf8)
        {
            count += (value & 0xC0) == 0x80 ? 0 : 1;
        }

        return count;
    }

    private static int ReadEscape(ReadOnlySpan<byte> escape, out int size)
    {
        size = Math.Min(2, escape.Length);
        switch (escape[size - 1])
        {
            case (byte)'b': return '\b';
            case (byte)'f': return '\f';
            case (byte)'n': return '\n';
            case (byte)'r': return '\r';
            case (byte)'t': return '\t';
            case (byte)'u' when escape.Length >= 6: break;
            default: return escape[size - 1];
        }

        size = 6;
        var first = ReadHex(escape[2..]);
        if (first is >= 0xD800 and <= 0xDBFF
            && escape.Length >= 12 && escape[6] == '\\' && escape[7] == 'u'
            && ReadHex(escape[8..]) is var second and >= 0xDC00 and <= 0xDFFF)
        {
            size = 12;
            return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        }

        return first;
    }

    private static int ReadHex(ReadOnlySpan<byte> digits) =>
        Utf8Parser.TryParse(digits[..4], out int value, out var read, 'X') && read == 4 ? value : 0;

    private static int Encode(int codePoint, Span<byte> utf8)
    {
        if (Rune.TryCreate(codePoint, out var rune))
        {
            return rune.EncodeToUtf8(utf8);
        }

        utf8[0] = (byte)(0xE0 | (codePoint >> 12));
        utf8[1] = (byte)(0x80 | ((codePoint >> 6) & 0x3F));
        utf8[2] = (byte)(0x80 | (codePoint & 0x3F));
        return 3;
    }
}
