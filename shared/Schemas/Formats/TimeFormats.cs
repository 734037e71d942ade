namespace Millrace.Schemas;

/// <summary>Dates and times as RFC 3339 writes them.</summary>
internal static class TimeFormats
{
    private const int MinutesPerDay = 24 * 60;

    /// <summary><c>2026-01-31T12:00:00.123+01:00</c>; <c>t</c> and <c>z</c> may be small.</summary>
    public static bool IsDateTime(ReadOnlySpan<byte> text) =>
        text.Length > 11 && text[10] is (byte)'T' or (byte)'t' && IsDate(text[..10]) && IsTime(text[11..]);

    /// <summary><c>2026-01-31</c>, a day that the calendar has.</summary>
    public static bool IsDate(ReadOnlySpan<byte> text) =>
        text.Length == 10 && text[4] == '-' && text[7] == '-'
        && IsNumber(text[..4], 0, 9999, out var year)
        && IsNumber(text[5..7], 1, 12, out var month)
        && IsNumber(text[8..], 1, DaysIn(year, month), out _);

    /// <summary><c>12:00:00.123+01:00</c>. The second 60 exists where it is the last one of a day in UTC.</summary>
    public static bool IsTime(ReadOnlySpan<byte> text)
    {
        if (text.Length < 9 || text[2] != ':' || text[5] != ':'
            || !IsNumber(text[..2], 0, 23, out var hour)
            || !IsNumber(text[3..5], 0, 59, out var minute)
            || !IsNumber(text[6..8], 0, 60, out var second))
        {
            return false;
        }

        text = text[8..];
        if (text[0] == '.')
        {
            var digits = text[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            if (digits < 1)
            {
                return false;
            }

            text = text[(digits + 1)..];
        }

        return IsOffset(text, out var offset)
            && (second < 60 || (hour * 60 + minute - offset + MinutesPerDay) % MinutesPerDay == MinutesPerDay - 1);
    }

    private static bool IsOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text.Length == 1)
        {
            return text[0] is (byte)'Z' or (byte)'z';
        }

        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':'
            || !IsNumber(text[1..3], 0, 23, out var hour)
            || !IsNumber(text[4..], 0, 59, out var minute))
        {
            return false;
        }

        minutes = (hour * 60 + minute) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static int DaysIn(int year, int month) => month switch
    {
        2 => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    private static bool IsNumber(ReadOnlySpan<byte> digits, int least, int most, out int number)
    {
        number = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            number = number * 10 + (digit - '0');
        }

        return number >= least && number <= most;
    }
}
