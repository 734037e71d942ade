using System.CommandLine;
using System.Globalization;
using Millrace.Core;
using Spectre.Console;

namespace Millrace.Local;

/// <summary><c>millrace lag</c>: how far stages are behind, by partition.</summary>
internal static class LagCommand
{
    private static readonly Option<string[]> Stage = new("--stage") { Description = "Only these stages. Several with commas.", HelpName = "NAME[,NAME…]", CustomParser = SchemaCommand.List };

    private static readonly Option<bool> Watch = new("--watch") { Description = "Look again and again, until Ctrl+C." };

    private static readonly Option<double> Interval = new("--interval") { Description = "With --watch, how long to wait between looks.", HelpName = "SECONDS", DefaultValueFactory = _ => 2 };

    private static readonly Option<int> Count = new("--count") { Description = "With --watch, how many looks to end after; 0 is never.", HelpName = "N", DefaultValueFactory = _ => 0 };

    public static Command Create() => OperationsVerb.Create("lag", """
        Show how far stages are behind in each partition: events that wait, the age of the oldest of them, the checkpoint
        that a stage goes on from, what its trigger's group has committed (by which KEDA scales), and the end of the topic.
        Markers of transactions behind the last event do not count.

        Examples:
          millrace lag
          millrace lag --stage PageContentChange --watch
          millrace lag --watch --json --interval 10 >> lag.ndjson        (a line for each look)

        Exit codes: 0 it is shown; 2 an option cannot be used, or nobody answers.
        """, RunAsync, Stage, Watch, Interval, Count);

    private static async Task<int> RunAsync(ParseResult parsed, Platform platform, CancellationToken cancellation)
    {
        var interval = TimeSpan.FromSeconds(OperationsVerb.Bounded(parsed, Interval, 0.1, 3600));
        var (count, output) = (OperationsVerb.Bounded(parsed, Count, 0, int.MaxValue), parsed.InvocationConfiguration.Output);
        var stages = platform.Choose(parsed.GetValue(Stage) ?? []);
        using var cluster = new ClusterReader(platform.Kafka);
        var reader = new StatusReader(platform, cluster, TimeProvider.System);
        var status = await reader.ReadAsync(stages);
        if (!parsed.GetValue(Watch))
        {
            Write(output, parsed.GetValue(OperationsVerb.Json), status);
            return OperationsVerb.Good;
        }

        using var timer = new PeriodicTimer(interval, TimeProvider.System);
        for (var looks = 1; ; looks++)
        {
            Show(output, parsed.GetValue(OperationsVerb.Json), status);
            if (looks == count)
            {
                return OperationsVerb.Good;
            }

            await timer.WaitForNextTickAsync(cancellation);
            status = [.. (await reader.ReadAsync(stages)).Zip(status, (now, before) => now.Since(before))];
        }
    }

    private static void Write(TextWriter output, bool json, IReadOnlyList<StageStatus> status)
    {
        if (json)
        {
            Report.Json(output, new { Stages = status.Select(StatusText.Json) });
            return;
        }

        Report.Columns(output,
        [
            ["stage", "partition", "lag", "lag s", "checkpoint", "committed", "end"],
            .. from stage in status
               from partition in stage.Partitions
               select new[]
               {
                   stage.Stage, $"{partition.Topic}/{partition.Partition}", StatusText.Count(partition.Lag), StatusText.Seconds(partition.LagSeconds),
                   Offset(partition.Checkpoint), Offset(partition.Committed), Offset(partition.End),
               },
        ]);
        foreach (var absent in status.Where(stage => stage.State == StageActivity.Absent))
        {
            output.WriteLine($"{absent.Stage}: none of its topics exists");
        }
    }

    // On a terminal each look replaces the one before; elsewhere it is a line.
    private static void Show(TextWriter output, bool json, IReadOnlyList<StageStatus> status)
    {
        if (json)
        {
            Report.JsonLine(output, new { Stages = status.Select(StatusText.Json) });
            return;
        }

        if (output == Console.Out && !Console.IsOutputRedirected)
        {
            AnsiConsole.Clear();
            output.WriteLine(Iso8601.Format(status.Select(stage => stage.At).DefaultIfEmpty().Max()));
            Write(output, json: false, status);
            return;
        }

        foreach (var stage in status)
        {
            output.WriteLine($"{Iso8601.Format(stage.At)} {stage.Stage}: {StatusText.Of(stage.State)}, lag {StatusText.Count(stage.Lag)}, {StatusText.Seconds(stage.LagSeconds)} s, in {StatusText.Rate(stage.InPerSecond)}/s, settled {StatusText.Rate(stage.SettledPerSecond)}/s");
        }
    }

    private static string Offset(long? offset) => offset?.ToString(CultureInfo.InvariantCulture) ?? "-";
}
