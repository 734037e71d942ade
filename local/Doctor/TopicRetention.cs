using System.Globalization;

namespace Millrace.Local;

/// <summary>How long a topic keeps its records.</summary>
internal static class TopicRetention
{
    /// <summary>By a topic's settings; null where it keeps them for ever, or the last of each key.</summary>
    public static TimeSpan? Of(IReadOnlyDictionary<string, string> settings) =>
        settings.GetValueOrDefault("cleanup.policy", "delete").Contains("delete", StringComparison.Ordinal)
        && long.TryParse(settings.GetValueOrDefault("retention.ms"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var milliseconds)
        && milliseconds >= 0 && milliseconds < TimeSpan.MaxValue.TotalMilliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;

    /// <summary>A time in days, hours and minutes.</summary>
    public static string Words(TimeSpan time) => time.ToString(time.TotalDays >= 1 ? @"d\ \d\a\y\s\ hh\:mm" : @"hh\:mm\:ss", CultureInfo.InvariantCulture);
}
