namespace Millrace.Core;

/// <summary>Times as Kafka counts them.</summary>
public static class UnixTime
{
    private static readonly long First = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long Last = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>The time that many milliseconds after 1970; the first or the last that there is, where it lies beyond.</summary>
    /// <remarks>Producers choose the timestamps of their records, and some count in microseconds: that must stop nobody who reads them.</remarks>
    public static DateTimeOffset FromMilliseconds(long milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(milliseconds, First, Last));
}
