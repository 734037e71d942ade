namespace Millrace.FunctionsHost;

/// <summary>A schedule of six fields, as the timers of Azure Functions take it: second, minute, hour, day, month, day of the week, in UTC.</summary>
/// <remarks>A day has to satisfy both of its fields, by the rule of the parser behind those timers; that of Unix lets either do.</remarks>
internal sealed class CronSchedule : Schedule
{
    // A 29th of February that is a certain day of the week comes once in 28 years, but for a turn of the century.
    private const int YearsAhead = 41;

    private readonly CronField _second;
    private readonly CronField _minute;
    private readonly CronField _hour;
    private readonly CronField _day;
    private readonly CronField _month;
    private readonly CronField _weekday;

    private CronSchedule(string[] fields)
    {
        _second = CronField.Parse(fields[0], "second", 0, 59);
        _minute = CronField.Parse(fields[1], "minute", 0, 59);
        _hour = CronField.Parse(fields[2], "hour", 0, 23);
        _day = CronField.Parse(fields[3], "day of the month", 1, 31);
        _month = CronField.Parse(fields[4], "month", 1, 12, "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");
        _weekday = CronField.Parse(fields[5], "day of the week", 0, 6, "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat");
    }

    /// <exception cref="FormatException">It has not five or six fields, or one is wrong.</exception>
    public static new CronSchedule Parse(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries) switch
    {
        { Length: 6 } fields => new CronSchedule(fields),
        { Length: 5 } fields => new CronSchedule(["0", .. fields]),
        var fields => throw new FormatException($"'{text}' has {fields.Length} fields. Allowed are six: second, minute, hour, day, month, day of the week."),
    };

    public override DateTimeOffset? Next(DateTimeOffset after)
    {
        var utc = after.UtcDateTime;
        var time = new DateTime(utc.Ticks - (utc.Ticks % TimeSpan.TicksPerSecond), DateTimeKind.Utc).AddSeconds(1);
        var end = time.Year + YearsAhead;
        while (time.Year < end)
        {
            if (!_month.Allows(time.Month))
            {
                time = new DateTime(time.Year, time.Month, 1, 0, 0, 0, DateTimeKind.Utc).AddMonths(1);
            }
            else if (!_day.Allows(time.Day) || !_weekday.Allows((int)time.DayOfWeek))
            {
                time = time.Date.AddDays(1);
            }
            else if (!_hour.Allows(time.Hour))
            {
                time = time.Date.AddHours(time.Hour + 1);
            }
            else if (!_minute.Allows(time.Minute))
            {
                time = time.AddSeconds(-time.Second).AddMinutes(1);
            }
            else if (!_second.Allows(time.Second))
            {
                time = time.AddSeconds(1);
            }
            else
            {
                return new DateTimeOffset(time);
            }
        }

        return null;
    }
}
