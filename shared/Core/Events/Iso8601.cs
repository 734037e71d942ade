using System.Globalization;

namespace Millrace.Core;

/// <summary>Times as events write them.</summary>
public static class Iso8601
{
    /// <summary>The time in UTC, to the millisecond: <c>2026-01-31T12:00:00.123Z</c>.</summary>
    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
