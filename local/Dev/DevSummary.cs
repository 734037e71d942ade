using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Millrace.Local;

/// <summary>What is said at the end of a run.</summary>
internal static class DevSummary
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.Strict,
    };

    public static Task WriteAsync(DevAccount account, IReadOnlyList<TableCount> tables, DevOptions options, bool drained, bool complete) =>
        options.Json ? WriteJsonAsync(account, tables, drained, complete) : WriteTextAsync(account, tables, options, drained);

    private static Task WriteJsonAsync(DevAccount account, IReadOnlyList<TableCount> tables, bool drained, bool complete)
    {
        var summary = new
        {
            Fed = account.FedInAll,
            account.NotFed,
            Drained = drained,
            Complete = complete,
            Stages = account.Stages.Select(stage => stage with
            {
                P50Ms = Math.Round(stage.P50Ms, 3),
                P99Ms = Math.Round(stage.P99Ms, 3),
                EventsPerSecond = Math.Round(stage.EventsPerSecond, 1),
            }),
            Tables = tables,
        };
        return Console.Out.WriteLineAsync(JsonSerializer.Serialize(summary, Format));
    }

    private static async Task WriteTextAsync(DevAccount account, IReadOnlyList<TableCount> tables, DevOptions options, bool drained)
    {
        foreach (var stage in account.Stages)
        {
            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"{stage.Stage}: in {stage.In} = emitted {stage.Emitted} + filtered {stage.Filtered} + failed {stage.Failed}; lag {stage.Lag}, p50 {stage.P50Ms:F1} ms, p99 {stage.P99Ms:F1} ms, {stage.EventsPerSecond:F0} events/s"));
            foreach (var (reason, count) in stage.FilteredBy)
            {
                await Console.Out.WriteLineAsync($"  filtered {reason}: {count}");
            }

            foreach (var (type, count) in stage.FailedBy)
            {
                await Console.Out.WriteLineAsync($"  failed {type}: {count}");
            }
        }

        foreach (var table in tables)
        {
            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{table.Store} {table.Table}: {table.Rows:N0} rows; {table.Query}"));
        }

        if (options.Output is { } directory)
        {
            await Console.Out.WriteLineAsync($"Output and error streams are in {Path.GetFullPath(directory)}.");
        }

        if (options.UntilDrained && !drained)
        {
            await Console.Error.WriteLineAsync("The stages had not caught up.");
        }

        if (account.NotFed > 0)
        {
            await Console.Error.WriteLineAsync($"{account.NotFed} events were too large to be fed.");
        }

        if (account.Stages.Any(stage => !stage.Balances))
        {
            await Console.Error.WriteLineAsync("Not everything is accounted for: for every stage, in is to be emitted + filtered + failed.");
        }
    }
}
