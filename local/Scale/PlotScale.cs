using System.Globalization;

namespace Millrace.Local;

/// <summary>The numbers beside a plot.</summary>
internal static class PlotScale
{
    private static readonly int[] TimeSteps = [10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400];

    /// <summary>A round number at or above a value: 1, 2, 2.5, 4, 5 or 8 and zeros.</summary>
    public static double Top(double value)
    {
        var decade = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(1, value))));
        return new[] { 1, 2, 2.5, 4, 5, 8, 10 }.Select(step => step * decade).First(top => top >= value * 0.999999);
    }

    /// <summary>Seconds between marks, so that there are at most so many.</summary>
    public static int TimeStep(int seconds, int marks) => TimeSteps.FirstOrDefault(step => seconds / step < marks, TimeSteps[^1] * Math.Max(1, seconds / TimeSteps[^1] / marks));

    /// <summary>A count, short: 950, 1.2k, 40k, 3M.</summary>
    public static string Count(double value) => value switch
    {
        >= 1e6 => (value / 1e6).ToString("0.##", CultureInfo.InvariantCulture) + "M",
        >= 1e4 => (value / 1e3).ToString("0.#", CultureInfo.InvariantCulture) + "k",
        >= 1e3 => (value / 1e3).ToString("0.##", CultureInfo.InvariantCulture) + "k",
        _ => value.ToString("0.##", CultureInfo.InvariantCulture),
    };

    /// <summary>A time since the start: 0:30, 12:00, 1:05:00.</summary>
    public static string Time(double seconds)
    {
        var time = TimeSpan.FromSeconds(seconds);
        return time.TotalHours < 1
            ? string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}");
    }
}
