using System.CommandLine;
using System.Globalization;

namespace Millrace.Local;

/// <summary><c>millrace status</c>: where every stage stands.</summary>
internal static class StatusCommand
{
    private static readonly Option<string[]> Stage = new("--stage") { Description = "Only these stages. Several with commas.", HelpName = "NAME[,NAME…]", CustomParser = SchemaCommand.List };

    private static readonly Option<double> Interval = new("--interval") { Description = "How long to wait between the two looks that rates come of; 0 looks once, and shows none.", HelpName = "SECONDS", DefaultValueFactory = _ => 2 };

    public static Command Create() => OperationsVerb.Create("status", """
        Show where every stage stands: lag in events and in seconds, rates between two looks, members of its group, events
        in its error stream, and what does not move.

        The lag in seconds is the age of the oldest record that is not settled. Rates are those of offsets, which the
        markers of transactions have, too. A stage is blocked where records wait in a
        partition, its group has members, and nothing of them was settled between the two looks.

        Examples:
          millrace status                                   (the millrace dev that runs here)
          millrace status --kafka kafka-1:9092 --stage PageChange --interval 10
          millrace status --json | jq '.stages[] | select(.lag > 1000)'

        Exit codes: 0 all is well; 1 a stage is blocked, or records wait for one that does not run; 2 an option cannot be
        used, or nobody answers.
        """, RunAsync, Stage, Interval);

    private static async Task<int> RunAsync(ParseResult parsed, Platform platform, CancellationToken cancellation)
    {
        var interval = TimeSpan.FromSeconds(OperationsVerb.Bounded(parsed, Interval, 0, 3600));
        var stages = platform.Choose(parsed.GetValue(Stage) ?? []);
        using var cluster = new ClusterReader(platform.Kafka);
        var reader = new StatusReader(platform, cluster, TimeProvider.System);
        var status = await reader.ReadAsync(stages);
        if (interval > TimeSpan.Zero)
        {
            await Task.Delay(interval, TimeProvider.System, cancellation);
            status = [.. (await reader.ReadAsync(stages)).Zip(status, (now, before) => now.Since(before))];
        }

        var errors = await new ErrorReader(platform).CountAsync(stages, cancellation);
        status = [.. status.Select(stage => stage with { Errors = errors[stage.Stage] })];
        Write(parsed, platform, status);
        return status.Any(stage => stage.State is StageActivity.Blocked or StageActivity.Stopped) ? OperationsVerb.Found : OperationsVerb.Good;
    }

    private static void Write(ParseResult parsed, Platform platform, IReadOnlyList<StageStatus> status)
    {
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(OperationsVerb.Json))
        {
            Report.Json(output, new { Brokers = platform.Kafka.BootstrapServers, platform.Datacenter, Stages = status.Select(StatusText.Json) });
            return;
        }

        output.WriteLine($"Kafka at {platform.Kafka.BootstrapServers}{(platform.Datacenter is { } datacenter ? $", {datacenter}" : "")}");
        Report.Columns(output,
        [
            ["stage", "state", "members", "lag", "lag s", "in/s", "settled/s", "errors"],
            .. status.Select(stage => new[]
            {
                stage.Stage, StatusText.Of(stage.State), stage.Members.ToString(CultureInfo.InvariantCulture), StatusText.Count(stage.Lag), StatusText.Seconds(stage.LagSeconds),
                StatusText.Rate(stage.InPerSecond), StatusText.Rate(stage.SettledPerSecond), StatusText.Count(stage.Errors),
            }),
        ]);
        foreach (var line in status.SelectMany(StatusText.Remarks))
        {
            output.WriteLine(line);
        }
    }
}
