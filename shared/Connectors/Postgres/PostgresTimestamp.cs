using System.Buffers.Text;

namespace Millrace.Connectors;

/// <summary>RFC 3339 date-times as <c>timestamptz</c> keeps them: microseconds since 2000, in UTC.</summary>
internal static class PostgresTimestamp
{
    private const long Second = 1_000_000;
    private static readonly int Epoch = new DateOnly(2000, 1, 1).DayNumber;

    /// <summary>Reads a date-time; a second 60 is the next minute's first, and what is finer than a microsecond is rounded, as the server does.</summary>
    /// <returns>False for the year 0, which neither has, and for what is no date-time.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out long micros)
    {
        micros = 0;
        if (text.Length < 20 || text[4] != '-' || text[7] != '-' || text[10] is not ((byte)'T' or (byte)'t') || text[13] != ':' || text[16] != ':'
            || !TryNumber(text[..4], out var year) || !TryNumber(text[5..7], out var month) || !TryNumber(text[8..10], out var day)
            || !TryNumber(text[11..13], out var hour) || !TryNumber(text[14..16], out var minute) || !TryNumber(text[17..19], out var second)
            || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 60
            || !TryFraction(text[19..], out var fraction, out var zone) || !TryOffset(zone, out var offset))
        {
            return false;
        }

        var days = new DateOnly(year, month, day).DayNumber - Epoch;
        micros = ((((days * 24L + hour) * 60 + minute - offset) * 60) + second) * Second + fraction;
        return true;
    }

    private static bool TryFraction(ReadOnlySpan<byte> text, out long micros, out ReadOnlySpan<byte> rest)
    {
        micros = 0;
        rest = text;
        if (text[0] != '.')
        {
            return true;
        }

        var digits = text[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (digits < 1)
        {
            return false;
        }

        for (var i = 0; i < 6; i++)
        {
            micros = micros * 10 + (i < digits ? text[1 + i] - '0' : 0);
        }

        if (digits > 6 && text[7] >= '5')
        {
            micros++;
        }

        rest = text[(1 + digits)..];
        return true;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text.Length == 1)
        {
            return text[0] is (byte)'Z' or (byte)'z';
        }

        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':'
            || !TryNumber(text[1..3], out var hour) || !TryNumber(text[4..], out var minute) || hour > 23 || minute > 59)
        {
            return false;
        }

        minutes = (hour * 60 + minute) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<byte> digits, out int number) =>
        Utf8Parser.TryParse(digits, out number, out var consumed) && consumed == digits.Length && char.IsAsciiDigit((char)digits[0]);
}
