namespace Millrace.Schemas;

/// <summary>Formats that are a matter of characters alone.</summary>
internal static class TextFormats
{
    /// <summary>RFC 4122: 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12.</summary>
    public static bool IsUuid(ReadOnlySpan<byte> text)
    {
        if (text.Length != 36)
        {
            return false;
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (i is 8 or 13 or 18 or 23 ? text[i] != '-' : !char.IsAsciiHexDigit((char)text[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>RFC 6901: empty, or tokens that each begin with a slash; a tilde only as <c>~0</c> or <c>~1</c>.</summary>
    public static bool IsJsonPointer(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return true;
        }

        if (text[0] != '/')
        {
            return false;
        }

        while (text.IndexOf((byte)'~') is var tilde and >= 0)
        {
            text = text[(tilde + 1)..];
            if (text.IsEmpty || text[0] is not ((byte)'0' or (byte)'1'))
            {
                return false;
            }
        }

        return true;
    }
}
