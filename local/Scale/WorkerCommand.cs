using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Millrace.Core;
using Millrace.FunctionsHost;
using Millrace.Hosting;

namespace Millrace.Local;

/// <summary><c>millrace worker</c>: the function app with one stage, in a process that <c>millrace dev --scale</c> starts.</summary>
/// <remarks>
/// The first line of its input has its settings, as a JSON array. A line <c>drain</c> ends it in good order. The end of the
/// input is the end of whoever started it, and so of the worker: it leaves its group if it can, and does not wait for more.
/// </remarks>
internal static class WorkerCommand
{
    /// <summary>The line that asks it to end what it has begun.</summary>
    public const string DrainOrder = "drain";

    private const int Drained = 0;
    private const int Unusable = 2;
    private const int Orphaned = 3;
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan OrphansPatience = TimeSpan.FromSeconds(3);

    private static readonly Option<string> Stage = new("--stage") { Description = "The stage.", HelpName = "NAME", Required = true };

    public static Command Create()
    {
        var command = new Command("worker", """
            Run one stage, for millrace dev --scale: the first line of standard input has the settings as a JSON array of
            --Name=value, a line 'drain' ends it in good order, and the end of the input ends it at once.

            Exit codes: 0 it was drained; 2 a setting cannot be used; 3 whoever started it is gone.
            """)
        {
            Stage,
        };
        command.Hidden = true;
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(Stage)!));
        return command;
    }

    private static async Task<int> RunAsync(string stage)
    {
        // Ctrl+C goes to all processes of a terminal: it is for the one that started this one to say what becomes of it.
        using var interrupts = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        using var terminated = new CancellationTokenSource();
        using var terminations = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            terminated.Cancel();
        });
        try
        {
            using var input = new StreamReader(Console.OpenStandardInput());
            var settings = JsonSerializer.Deserialize<string[]>(await input.ReadLineAsync() ?? throw new UsageException("The settings are missing: a worker is started by millrace dev --scale."))!;
            var orders = Task.Run(() => IsDrainOrderedAsync(input));
            using var app = Functions.Program.Build([.. settings, .. Filter(CatalogFiles.Load(AppContext.BaseDirectory).Get(stage))], DevSession.LogToStandardError);
            await app.StartAsync();
            var runner = app.Services.GetServices<StageRunner>().Single(runner => runner.Stage.Name == stage);
            await ReportAsync(app, runner, orders, terminated.Token);
            if (orders.IsCompleted && !await orders)
            {
                await LeaveAsync(app);
            }

            await app.StopAsync();
            Report(Of(app, runner) with { IsLast = true });
            return Drained;
        }
        catch (Exception wrong) when (wrong is CatalogException or FunctionsHostException or UsageException or JsonException or Confluent.Kafka.KafkaException)
        {
            await Console.Error.WriteLineAsync($"millrace: {wrong.Message}");
            return Unusable;
        }
    }

    private static IEnumerable<string> Filter(StageDefinition stage) => StageFunctions.Only(stage).Select(setting => $"--{setting.Key}={setting.Value}");

    private static async Task<bool> IsDrainOrderedAsync(StreamReader input)
    {
        while (await input.ReadLineAsync() is { } line)
        {
            if (line == DrainOrder)
            {
                return true;
            }
        }

        return false;
    }

    private static async Task ReportAsync(IHost app, StageRunner runner, Task orders, CancellationToken terminated)
    {
        while (!orders.IsCompleted && !terminated.IsCancellationRequested)
        {
            Report(Of(app, runner));
            await Task.WhenAny(orders, Task.Delay(ReportInterval, TimeProvider.System, terminated));
        }
    }

    // With the parent's embedded broker gone, there may be nobody to take leave of.
    private static async Task LeaveAsync(IHost app)
    {
        using var patience = new CancellationTokenSource(OrphansPatience);
        await app.StopAsync(patience.Token).WaitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Environment.ExitCode = Orphaned;
        Process.GetCurrentProcess().Kill();
    }

    private static WorkerReport Of(IHost app, StageRunner runner) => new(
        app.Services.GetRequiredService<FunctionsHostStatus>().Functions.Any(function => function.Partitions.Count > 0),
        runner.Tally.In, runner.Tally.Emitted, runner.Tally.Filtered, runner.Tally.Failed, IsLast: false);

    private static void Report(WorkerReport report)
    {
        try
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(report));
            Console.Out.Flush();
        }
        catch (IOException)
        {
            // Nobody listens any more; the end of the input says so, too.
        }
    }
}
