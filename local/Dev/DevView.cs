using System.Globalization;
using Spectre.Console;

namespace Millrace.Local;

/// <summary>Shows a run to whoever started it: a live table on a terminal, a line now and then elsewhere.</summary>
/// <remarks>With <c>--json</c>, standard output is the summary's alone, and this goes to standard error.</remarks>
internal sealed class DevView
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private const int TicksPerLine = 8;

    private readonly TextWriter _out;
    private readonly bool _isTerminal;

    private DevView(TextWriter writer, bool isTerminal) => (_out, _isTerminal) = (writer, isTerminal);

    public static DevView Create(DevOptions options) => options.Json
        ? new DevView(Console.Error, !Console.IsErrorRedirected)
        : new DevView(Console.Out, !Console.IsOutputRedirected);

    public void Say(string line) => _out.WriteLine(line);

    /// <summary>Shows the run until the feed has failed, or until all is drained if that is asked for, or until cancelled.</summary>
    public Task ShowAsync(DevAccount account, Task feed, bool untilDrained, CancellationToken cancellation)
    {
        if (!_isTerminal)
        {
            return FollowAsync(account, feed, untilDrained, tick =>
            {
                if (tick % TicksPerLine == 0)
                {
                    Say(string.Join("; ", account.Stages.Select(stage =>
                        string.Create(CultureInfo.InvariantCulture, $"{stage.Stage}: in {stage.In}, out {stage.Emitted}, filtered {stage.Filtered}, errors {stage.Failed}, lag {stage.Lag}"))));
                }
            }, cancellation);
        }

        Say(untilDrained ? "Runs until every stage has caught up." : "Ctrl+C ends it.");
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(_out) });
        return console.Live(Table(account)).StartAsync(live => FollowAsync(account, feed, untilDrained, _ => live.UpdateTarget(Table(account)), cancellation));
    }

    private static async Task FollowAsync(DevAccount account, Task feed, bool untilDrained, Action<int> show, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Interval, TimeProvider.System);
        for (var tick = 1; await timer.WaitForNextTickAsync(cancellation); tick++)
        {
            await Task.Run(account.Refresh, cancellation);
            show(tick);
            if (feed.IsFaulted || (untilDrained && account.IsDrained))
            {
                return;
            }
        }
    }

    private static Table Table(DevAccount account)
    {
        var table = new Table().RoundedBorder().Caption(string.Create(CultureInfo.InvariantCulture, $"{account.FedInAll:N0} events fed"))
            .AddColumn("stage");
        foreach (var column in (string[])["in", "out", "filtered", "errors", "lag", "p50 ms", "p99 ms", "events/s"])
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (var stage in account.Stages)
        {
            table.AddRow(
                stage.Stage, Count(stage.In), Count(stage.Emitted), Count(stage.Filtered), stage.Failed > 0 ? $"[red]{Count(stage.Failed)}[/]" : "0",
                Count(stage.Lag), Decimal(stage.P50Ms), Decimal(stage.P99Ms), Decimal(stage.EventsPerSecond));
        }

        return table;
    }

    private static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Decimal(double value) => value.ToString("N1", CultureInfo.InvariantCulture);
}
