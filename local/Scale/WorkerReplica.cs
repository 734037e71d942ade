using System.Diagnostics;
using System.Text.Json;

namespace Millrace.Local;

/// <summary>A worker process: this program again, with one stage.</summary>
internal sealed class WorkerReplica : IReplica
{
    private const int MaxLine = 400;

    // Where the part of a line begins that is an exception's.
    private static readonly string[] Asides = [" ---> ", "   at ", " Confluent.Kafka.KafkaException: ", " Millrace.Core.SinkException: "];

    private readonly Process _process;
    private volatile WorkerReport _report = new(HasPartitions: false, 0, 0, 0, 0, IsLast: false);

    private WorkerReplica(Process process, Action<string> say)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is { Length: > 0 } text)
            {
                say(Brief(text));
            }
        };
    }

    /// <inheritdoc/>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>What it said last of what it has done. Of one that did not end in good order, only what it settled counts: the rest is done again by another.</summary>
    public WorkerReport Report => _report is var report && Ended.IsCompleted && !report.IsLast ? report with { In = report.Settled } : report;

    /// <summary>Starts one.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="settings">Settings of the function app, as <c>--Name=value</c>.</param>
    /// <param name="say">Takes what it writes to standard error.</param>
    public static WorkerReplica Start(string stage, IReadOnlyList<string> settings, Action<string> say)
    {
        string[] arguments = ["worker", "--stage", stage];
        var start = Environment.ProcessPath is { } program && Path.GetFileNameWithoutExtension(program) == "millrace"
            ? new ProcessStartInfo(program, arguments)
            : new ProcessStartInfo("dotnet", [typeof(WorkerReplica).Assembly.Location, .. arguments]);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;

        // A worker uses what is left of the machine: with a heap for each processor, eight of them would not fit.
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        var process = new Process { StartInfo = start };
        var worker = new WorkerReplica(process, say);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        worker.Ended = process.WaitForExitAsync();
        worker.Order(JsonSerializer.Serialize(settings));
        return worker;
    }

    /// <summary>The number of its process.</summary>
    public int Id => _process.Id;

    /// <inheritdoc/>
    public void Drain() => Order(WorkerCommand.DrainOrder);

    /// <inheritdoc/>
    public void Kill() => _process.Kill();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Ended;
        _process.Dispose();
    }

    // That a worker is fenced is part of every change of replicas; where in the program is not.
    private static string Brief(string text)
    {
        var end = Asides.Select(mark => text.IndexOf(mark, StringComparison.Ordinal)).Where(at => at > 0).Append(text.Length).Min();
        return text[..Math.Min(end, MaxLine)];
    }

    private void Order(string line)
    {
        try
        {
            _process.StandardInput.WriteLine(line);
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It has ended, which Ended tells.
        }
    }

    private void Keep(string? line)
    {
        try
        {
            if (line is ['{', ..] && JsonSerializer.Deserialize<WorkerReport>(line) is { } report)
            {
                _report = report;
            }
        }
        catch (JsonException)
        {
            // A line that breaks off where the process was killed.
        }
    }
}
