using System.Globalization;

namespace Millrace.Core;

/// <summary>Times as events write them.</summary>
public static class Iso8601
{
    // Thousands of events a second are of the same millisecond.
    [ThreadStatic]
    private static (long Millisecond, string? Text) _last;

    /// <summary>The time in UTC, to the millisecond: <c>2026-01-31T12:00:00.123Z</c>.</summary>
    public static string Format(DateTimeOffset time)
    {
        var millisecond = time.UtcTicks / TimeSpan.TicksPerMillisecond;
        if (_last.Text is not { } text || _last.Millisecond != millisecond)
        {
            text = time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
            _last = (millisecond, text);
        }

        return text;
    }
}
