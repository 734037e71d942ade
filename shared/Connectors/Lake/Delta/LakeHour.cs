using System.Globalization;
using System.Text.Json.Nodes;

namespace Millrace.Connectors;

/// <summary>An hour of event time in UTC, which is a partition of a table.</summary>
/// <param name="Number">The hours since 1970.</param>
public readonly record struct LakeHour(int Number)
{
    /// <summary>The names of the partition columns, in their order. All are integers.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["year", "month", "day", "hour"];

    /// <summary>When it begins.</summary>
    public DateTime Start => DateTime.UnixEpoch.AddHours(Number);

    /// <summary>When it is over.</summary>
    public DateTime End => Start.AddHours(1);

    /// <summary>The folder of its files, such as <c>year=2026/month=7/day=5/hour=9</c>.</summary>
    public string Folder => string.Create(CultureInfo.InvariantCulture, $"year={Start.Year}/month={Start.Month}/day={Start.Day}/hour={Start.Hour}");

    /// <summary>The hour that a time is in.</summary>
    public static LakeHour Of(DateTime time) => new((int)Math.Floor((time - DateTime.UnixEpoch).TotalHours));

    /// <summary>Such as <c>2026-07-05T09Z</c>.</summary>
    public override string ToString() => Start.ToString("yyyy-MM-dd'T'HH'Z'", CultureInfo.InvariantCulture);

    internal JsonObject ToPartitionValues() => new()
    {
        ["year"] = Start.Year.ToString(CultureInfo.InvariantCulture),
        ["month"] = Start.Month.ToString(CultureInfo.InvariantCulture),
        ["day"] = Start.Day.ToString(CultureInfo.InvariantCulture),
        ["hour"] = Start.Hour.ToString(CultureInfo.InvariantCulture),
    };

    internal static LakeHour Of(JsonObject partitionValues)
    {
        int Part(string name) => int.Parse((string)partitionValues[name]!, CultureInfo.InvariantCulture);
        return Of(new DateTime(Part("year"), Part("month"), Part("day"), Part("hour"), 0, 0, DateTimeKind.Utc));
    }
}
