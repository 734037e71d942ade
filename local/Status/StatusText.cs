using System.Globalization;
using System.Text.Json;

namespace Millrace.Local;

/// <summary>The words for where stages stand.</summary>
internal static class StatusText
{
    /// <summary>The state in words, as JSON has it with underscores.</summary>
    public static string Of(StageActivity state) => JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString()).Replace('_', ' ');

    /// <summary>A count with separators.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A count of errors, with a plus where there are more.</summary>
    public static string Count(ErrorCount? count) => count is { } known ? Count(known.Events) + (known.IsAll ? "" : "+") : "-";

    /// <summary>A time in seconds.</summary>
    public static string Seconds(double seconds) => seconds.ToString(seconds < 100 ? "0.0" : "N0", CultureInfo.InvariantCulture);

    /// <summary>A rate; a dash where it is not known.</summary>
    public static string Rate(double? rate) => rate?.ToString("N1", CultureInfo.InvariantCulture) ?? "-";

    /// <summary>What somebody should see to.</summary>
    public static IEnumerable<string> Remarks(StageStatus stage)
    {
        foreach (var partition in stage.Partitions)
        {
            var place = $"{stage.Stage}: {partition.Topic}/{partition.Partition}";
            if (partition.HeldAt is { } held)
            {
                yield return $"{place} is held back at offset {held} by an open transaction of {Count(partition.End - held)} offsets or more";
            }

            if (partition.Blocked)
            {
                yield return $"{place} does not move: {Count(partition.Lag)} wait behind checkpoint {(partition.Checkpoint is { } checkpoint ? checkpoint.ToString(CultureInfo.InvariantCulture) : "none")}";
            }
        }

        if (stage.State == StageActivity.Absent)
        {
            yield return $"{stage.Stage}: none of its topics exists";
        }
        else if (stage.State == StageActivity.Stopped)
        {
            yield return $"{stage.Stage}: {Count(stage.Lag)} wait, and nobody reads them";
        }
    }

    /// <summary>What JSON has of a stage.</summary>
    public static object Json(StageStatus stage) => new
    {
        stage.Stage,
        State = JsonNamingPolicy.SnakeCaseLower.ConvertName(stage.State.ToString()),
        stage.Members,
        stage.Lag,
        stage.LagSeconds,
        InPerSecond = Rounded(stage.InPerSecond),
        SettledPerSecond = Rounded(stage.SettledPerSecond),
        Errors = stage.Errors?.Events,
        AllErrors = stage.Errors?.IsAll,
        stage.At,
        stage.Partitions,
    };

    private static double? Rounded(double? rate) => rate is { } known ? Math.Round(known, 1) : null;
}
