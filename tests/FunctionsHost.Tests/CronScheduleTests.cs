using System.Globalization;

namespace Millrace.FunctionsHost.Tests;

public sealed class CronScheduleTests
{
    [Theory]
    [InlineData("* * * * * *", "2026-01-01T00:00:00", "2026-01-01T00:00:01")]
    [InlineData("0 */5 * * * *", "2026-01-01T00:00:00", "2026-01-01T00:05:00")]
    [InlineData("*/5 * * * *", "2026-01-01T00:04:59", "2026-01-01T00:05:00")]
    [InlineData("0 0 * * * *", "2026-12-31T23:00:00", "2027-01-01T00:00:00")]
    [InlineData("30 15 3 * * *", "2026-01-01T03:15:30", "2026-01-02T03:15:30")]
    [InlineData("0 0 9-17/4 * * *", "2026-01-01T09:00:00", "2026-01-01T13:00:00")]
    [InlineData("0 30 9 * Jan Mon", "2026-01-06T00:00:00", "2026-01-12T09:30:00")]
    [InlineData("0 0 0 * * 1-5", "2026-11-20T00:00:00", "2026-11-23T00:00:00")]
    [InlineData("0 0 0 * * mon,Friday", "2026-11-23T00:00:00", "2026-11-27T00:00:00")]
    [InlineData("0 0 0 31 * *", "2026-01-31T00:00:00", "2026-03-31T00:00:00")]
    [InlineData("0 0 0 29 2 *", "2026-01-01T00:00:00", "2028-02-29T00:00:00")]
    [InlineData("0 0 0 29 2 Thu", "2026-01-01T00:00:00", "2052-02-29T00:00:00")]
    [InlineData("10,20 0 0 1 1 *", "2026-01-01T00:00:10", "2026-01-01T00:00:20")]
    [InlineData("40/10 * * * * *", "2026-01-01T00:00:00.5", "2026-01-01T00:00:40")]
    public void The_next_occurrence_is_the_first_that_all_fields_allow(string schedule, string after, string next) =>
        Assert.Equal(At(next), Schedule.Parse(schedule).Next(At(after)));

    [Theory]
    [InlineData("0 0 0 30 2 *")]
    [InlineData("0 0 0 31 4,6,9,11 *")]
    public void A_day_that_there_is_not_never_comes(string schedule) => Assert.Null(Schedule.Parse(schedule).Next(At("2026-01-01T00:00:00")));

    [Fact]
    public void A_pause_counts_from_the_last_time() =>
        Assert.Equal(At("2026-01-01T00:00:30"), Schedule.Parse("00:00:30").Next(At("2026-01-01T00:00:00")));

    [Theory]
    [InlineData("", "is no schedule")]
    [InlineData("00:00:00", "is no schedule")]
    [InlineData("-00:05:00", "is no schedule")]
    [InlineData("* * *", "has 3 fields")]
    [InlineData("* * * * * * *", "has 7 fields")]
    [InlineData("60 * * * * *", "cannot be a second")]
    [InlineData("* 5-1 * * * *", "cannot be a minute")]
    [InlineData("* * */0 * * *", "cannot be a hour")]
    [InlineData("* * * 0 * *", "cannot be a day of the month")]
    [InlineData("* * * * Foo *", "cannot be a month")]
    [InlineData("* * * * * 7", "cannot be a day of the week")]
    [InlineData("1, * * * * *", "cannot be a second")]
    [InlineData("? * * * * *", "cannot be a second")]
    public void What_is_no_schedule_is_refused(string text, string why) =>
        Assert.Contains(why, Assert.Throws<FormatException>(() => Schedule.Parse(text)).Message, StringComparison.Ordinal);

    /// <summary>Against a search through every second.</summary>
    [Fact]
    public void A_schedule_finds_what_trying_each_second_finds()
    {
        var start = At("2026-02-27T22:58:00");
        foreach (var text in (string[])["*/7 */11 * * * *", "0 59 23 * * *", "3 0 0 1,28 * *", "59 59 */5 * 2,3 Sat"])
        {
            var schedule = Schedule.Parse(text);
            var fields = text.Split(' ');
            var names = (Second: CronField.Parse(fields[0], "", 0, 59), Minute: CronField.Parse(fields[1], "", 0, 59), Hour: CronField.Parse(fields[2], "", 0, 23),
                Day: CronField.Parse(fields[3], "", 1, 31), Month: CronField.Parse(fields[4], "", 1, 12), Week: fields[5]);
            var expected = Enumerable.Range(1, 3 * 86_400).Select(second => start.AddSeconds(second)).First(time =>
                names.Second.Allows(time.Second) && names.Minute.Allows(time.Minute) && names.Hour.Allows(time.Hour) && names.Day.Allows(time.Day)
                && names.Month.Allows(time.Month) && (names.Week == "*" || time.DayOfWeek == DayOfWeek.Saturday));

            Assert.Equal(expected, schedule.Next(start));
        }
    }

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
