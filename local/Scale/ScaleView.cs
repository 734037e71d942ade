using System.Globalization;
using Spectre.Console;

namespace Millrace.Local;

/// <summary>Shows a scaled run: a live table with a bar of replicas on a terminal, a line now and then elsewhere.</summary>
/// <remarks>With <c>--json</c>, standard output is the summary's alone, and this goes to standard error.</remarks>
internal sealed class ScaleView
{
    private const int TicksPerLine = 8;
    private const int MaxBar = 24;
    private const int MaxNotes = 4;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly TextWriter _out;
    private readonly bool _isTerminal;
    private readonly string _title;
    private readonly Lock _gate = new();
    private readonly Queue<string> _notes = new();
    private readonly Dictionary<string, (long Settled, long At, double Rate)> _rates = [];
    private readonly Dictionary<string, (int Replicas, int Died)> _said = [];

    private ScaleView(TextWriter writer, bool isTerminal, string title) => (_out, _isTerminal, _title) = (writer, isTerminal, title);

    public static ScaleView Create(DevOptions options, ScaleRequest request)
    {
        var title = string.Create(CultureInfo.InvariantCulture, $"Time passes {request.Speed:0.##} times as fast for the scaler. {(options.UntilDrained ? "Runs until every stage has caught up and its last replica is gone." : "Ctrl+C ends it.")}");
        return options.Json
            ? new ScaleView(Console.Error, !Console.IsErrorRedirected, title)
            : new ScaleView(Console.Out, !Console.IsOutputRedirected, title);
    }

    /// <summary>Shows what a worker has to say.</summary>
    public void Note(string line)
    {
        if (!_isTerminal)
        {
            Console.Error.WriteLine(line);
            return;
        }

        lock (_gate)
        {
            _notes.Enqueue(line);
            while (_notes.Count > MaxNotes)
            {
                _notes.Dequeue();
            }
        }
    }

    /// <summary>Shows the run until it is over, or cancelled.</summary>
    public async Task ShowAsync(IReadOnlyList<ScaledStage> stages, DevAccount account, Func<bool> isOver, CancellationToken cancellation)
    {
        _out.WriteLine(_title);
        try
        {
            await FollowAsync(stages, account, isOver, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Whoever cancelled knows.
        }
    }

    /// <summary>Shows the workers' draining.</summary>
    public Task WaitAsync(IReadOnlyList<ScaledStage> stages, DevAccount account, Task scaling)
    {
        if (!scaling.IsCompleted && stages.Any(stage => stage.Scaler.State.Running > 0))
        {
            _out.WriteLine("Draining the workers…");
        }

        return Task.WhenAll(FollowAsync(stages, account, () => scaling.IsCompleted, CancellationToken.None), scaling);
    }

    private Task FollowAsync(IReadOnlyList<ScaledStage> stages, DevAccount account, Func<bool> isOver, CancellationToken cancellation)
    {
        if (!_isTerminal)
        {
            return TickAsync(isOver, tick => SayChanges(stages, tick), cancellation);
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(_out) });
        return console.Live(Picture(stages, account, console.Profile.Width)).StartAsync(live =>
            TickAsync(isOver, _ => live.UpdateTarget(Picture(stages, account, console.Profile.Width)), cancellation));
    }

    // What workers have to say stands below, a line each: that one is fenced is part of every change of their number.
    private Rows Picture(IReadOnlyList<ScaledStage> stages, DevAccount account, int width)
    {
        string[] notes;
        lock (_gate)
        {
            notes = [.. _notes.Select(note => note.Length < width ? note : note[..(width - 2)] + "…")];
        }

        return new Rows([Table(stages, account), .. notes.Select(note => new Text(note, new Style(foreground: Color.Grey)))]);
    }

    private static async Task TickAsync(Func<bool> isOver, Action<int> show, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Interval, TimeProvider.System);
        for (var tick = 0; !isOver(); tick++)
        {
            show(tick);
            await timer.WaitForNextTickAsync(cancellation);
        }
    }

    private void SayChanges(IReadOnlyList<ScaledStage> stages, int tick)
    {
        foreach (var stage in stages)
        {
            var (state, total) = (stage.Scaler.State, stage.Total);
            var (replicas, died) = _said.GetValueOrDefault(stage.Name);
            if (state.Replicas != replicas)
            {
                _out.WriteLine($"{stage.Name}: {replicas} → {state.Replicas} replicas, lag {state.Lag}");
            }

            if (state.Died > died)
            {
                _out.WriteLine($"{stage.Name}: a worker has died; another starts after a pause");
            }

            _said[stage.Name] = (state.Replicas, state.Died);
            if (tick % TicksPerLine == 0 && (state.Running > 0 || state.Lag > 0))
            {
                _out.WriteLine($"{stage.Name}: replicas {state.Running} of {state.Replicas}, lag {state.Lag}, in {total.In}, out {total.Emitted}, errors {total.Failed}");
            }
        }
    }

    private Table Table(IReadOnlyList<ScaledStage> stages, DevAccount account)
    {
        var table = new Table().RoundedBorder().AddColumn("stage").AddColumn("replicas");
        foreach (var column in (string[])["lag", "in", "out", "errors", "events/s"])
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (var stage in stages)
        {
            var (state, total) = (stage.Scaler.State, stage.Total);
            table.AddRow(
                stage.Name, Bar(state, stage.Ready, stage.Rules.MaxReplicas), Count(state.Lag), Count(total.In), Count(total.Emitted),
                total.Failed > 0 ? $"[red]{Count(total.Failed)}[/]" : "0", Rate(stage.Name, total.Settled).ToString("N0", CultureInfo.InvariantCulture));
        }

        return table.Caption(string.Create(CultureInfo.InvariantCulture, $"{account.FedInAll:N0} events fed"));
    }

    // Those that work, those on their way out and those on their way in, within the most that there can be.
    private static string Bar(ReplicaMoment state, int ready, int most)
    {
        var cells = Math.Min(most, MaxBar);
        var running = Cells(Math.Min(Math.Min(ready, state.Running), state.Replicas));
        var leaving = Math.Min(Cells(state.Draining), cells - running);
        var coming = Math.Min(Math.Max(0, Cells(state.Replicas) - running), cells - running - leaving);
        return string.Concat(
            $"[green]{new string('█', running)}[/]", $"[yellow]{new string('▒', leaving)}[/]", $"[blue]{new string('░', coming)}[/]",
            $"[grey]{new string('·', cells - running - leaving - coming)}[/] {state.Running}/{most}{(state.Died > 0 ? $" [red]{state.Died} died[/]" : "")}");

        int Cells(int replicas) => replicas == 0 ? 0 : Math.Clamp(replicas * cells / most, 1, cells);
    }

    private double Rate(string stage, long settled)
    {
        var (before, at, rate) = _rates.GetValueOrDefault(stage, (settled, TimeProvider.System.GetTimestamp(), 0));
        var elapsed = TimeProvider.System.GetElapsedTime(at).TotalSeconds;
        if (elapsed >= 1)
        {
            rate = Math.Max(0, settled - before) / elapsed;
            _rates[stage] = (settled, TimeProvider.System.GetTimestamp(), rate);
        }
        else if (!_rates.ContainsKey(stage))
        {
            _rates[stage] = (settled, at, rate);
        }

        return rate;
    }

    private static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
