namespace Millrace.Schemas;

/// <summary>The escapes of JSON strings (RFC 8259, section 7).</summary>
internal static class JsonEscape
{
    /// <summary>How many bytes the escape has, a surrogate pair being one; 0 where it is none, or half a pair.</summary>
    /// <param name="escape">The text from the backslash on.</param>
    public static int LengthOf(ReadOnlySpan<byte> escape)
    {
        const int pair = 12;
        if (escape.Length < 2)
        {
            return 0;
        }

        if (escape[1] != 'u')
        {
            return "\"\\/bfnrt"u8.Contains(escape[1]) ? 2 : 0;
        }

        return CodeUnit(escape) switch
        {
            < 0 => 0,
            < 0xD800 or > 0xDFFF => 6,
            <= 0xDBFF when escape.Length >= pair && CodeUnit(escape[6..]) is >= 0xDC00 and <= 0xDFFF => pair,
            _ => 0,
        };
    }

    private static int CodeUnit(ReadOnlySpan<byte> escape)
    {
        if (escape.Length < 6 || escape[0] != '\\' || escape[1] != 'u')
        {
            return -1;
        }

        var unit = 0;
        foreach (var digit in escape[2..6])
        {
            if (!char.IsAsciiHexDigit((char)digit))
            {
                return -1;
            }

            unit = (unit << 4) | (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }

        return unit;
    }
}
