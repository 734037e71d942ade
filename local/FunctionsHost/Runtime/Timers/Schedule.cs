using System.Globalization;

namespace Millrace.FunctionsHost;

/// <summary>When a timer's function is called.</summary>
internal abstract class Schedule
{
    /// <summary>The first occurrence after a time, in UTC; null if there is none any more.</summary>
    public abstract DateTimeOffset? Next(DateTimeOffset after);

    /// <summary>Reads a schedule: six fields, five (which begin with the minute), or a pause.</summary>
    /// <exception cref="FormatException">It is none; the message says what is allowed.</exception>
    public static Schedule Parse(string text)
    {
        if (text.Contains(' ', StringComparison.Ordinal))
        {
            return CronSchedule.Parse(text);
        }

        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var pause) && pause > TimeSpan.Zero
            ? new Pauses(pause)
            : throw new FormatException($"'{text}' is no schedule. Allowed are six fields such as '0 */5 * * * *' (second, minute, hour, day, month, day of the week), or a pause such as '00:05:00'.");
    }

    private sealed class Pauses(TimeSpan pause) : Schedule
    {
        public override DateTimeOffset? Next(DateTimeOffset after) => after + pause;
    }
}
