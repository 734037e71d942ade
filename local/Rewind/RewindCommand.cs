using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Millrace.Connectors;
using Millrace.Core;
using Millrace.Kafka;
using Spectre.Console;

namespace Millrace.Local;

/// <summary><c>millrace rewind</c>: a stage goes on from another place.</summary>
internal static class RewindCommand
{
    // Longer than a pod may take to stop, by far.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly Option<string> Stage = new("--stage") { Description = "The stage.", HelpName = "NAME", Required = true };

    private static readonly Option<string> To = new("--to") { Description = $"Where it goes on: {BackfillBound.Allowed}.", HelpName = "TIME|OFFSET|earliest", Required = true };

    private static readonly Option<string?> Topic = new("--topic") { Description = "Only in this topic of those that it reads.", HelpName = "NAME" };

    private static readonly Option<int?> Partition = new("--partition") { Description = "Only in the partition of this number.", HelpName = "N" };

    private static readonly Option<bool> Skip = new("--skip") { Description = "Go forward, too: the events between are never worked on." };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Say what would be done; change nothing." };

    private static readonly Option<bool> Pause = new("--pause") { Description = "Pause the stage for as long as this takes, and resume it: in the Kubernetes cluster of --datacenter, or in a running millrace dev --datacenters." };

    private static readonly Option<string?> Datacenters = new("--datacenters") { Description = "With --pause: the file of datacenters; by default infra/datacenters.json below the current directory.", HelpName = "FILE" };

    private static readonly Option<string?> Kubeconfig = new("--kubeconfig") { Description = "With --pause: the Kubernetes client's configuration; by default KUBECONFIG, or ~/.kube/config.", HelpName = "FILE" };

    private static readonly Option<bool> Yes = new("--yes") { Description = "Do not ask." };

    /// <param name="console">Where to ask; null is the terminal, if there is one.</param>
    public static Command Create(IAnsiConsole? console = null) => OperationsVerb.Create("rewind", """
        Set where a stage goes on: back, so that it works on events again, or forward, so that it never does.

        The stage must not run. Both of its groups are set, that of its trigger and that of its checkpoints; a connector to
        PostgreSQL has its checkpoints there. Whoever still owns a partition is fenced. Killed at any point and given
        again, the command comes to the same end. Where a millrace dev has ended, its broker is started on what it has
        left for as long as this takes.

        Examples:
          millrace rewind --stage PageContentChange --to 2026-01-31T12:00:00Z --dry-run
          millrace rewind --stage PageChange --to earliest --yes                 (after a millrace dev has ended)
          millrace rewind --stage PageChange --topic mediawiki.revision-create --partition 3 --to 1200 --kafka kafka-1:9092
          millrace rewind --stage PageChange --to earliest --datacenter eqiad --pause     (beside millrace dev --datacenters)
          millrace rewind --stage ToPostgres --to 1200 --partition 0 --setting Stages:ToPostgres:Settings:ConnectionString=…

        Exit codes: 0 it is done, or there is nothing to do; 1 it is refused: the stage runs, or events would be skipped;
        2 an option cannot be used, or nobody answers.
        """, (parsed, platform, cancellation) => RunAsync(parsed, platform, console, cancellation), ofStopped: true, Stage, To, Topic, Partition, Skip, DryRun, Pause, Datacenters, Kubeconfig, Yes);

    private static async Task<int> RunAsync(ParseResult parsed, Platform platform, IAnsiConsole? console, CancellationToken cancellation)
    {
        var stage = platform.Choose([parsed.GetValue(Stage)!])[0];
        var request = new RewindRequest(stage, BackfillBound.Parse(To.Name, parsed.GetValue(To)!), parsed.GetValue(Topic), parsed.GetValue(Partition));
        await using var checkpoints = CheckpointsOf(platform, stage);
        var plan = await RewindPlan.ReadAsync(platform, request, checkpoints, TimeProvider.System, cancellation);
        var (isDryRun, isJson) = (parsed.GetValue(DryRun), parsed.GetValue(OperationsVerb.Json));
        if (!isJson)
        {
            RewindText.Write(parsed.InvocationConfiguration.Output, platform, plan);
        }

        if (Refusal(parsed, platform, plan) is { } refusal)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"millrace: {refusal}");
            return Conclude(parsed, platform, plan, isDone: false, OperationsVerb.Found);
        }

        if (!isDryRun && plan.Due.Count > 0)
        {
            if (!parsed.GetValue(Yes) && !await AgreesAsync(isJson ? null : console ?? Terminal(), cancellation))
            {
                return Conclude(parsed, platform, plan, isDone: false, OperationsVerb.Found);
            }

            var rewind = new Rewind(platform, checkpoints);
            if (!parsed.GetValue(Pause))
            {
                await rewind.RunAsync(plan, cancellation);
            }
            else
            {
                using var datacenter = await FindAsync(parsed, platform, cancellation);
                var pause = new StagePause(datacenter, stage.Name, Patience, TimeProvider.System);
                await pause.RunAsync(async () =>
                {
                    // It has come further until it ended.
                    plan = await RewindPlan.ReadAsync(platform, request, checkpoints, TimeProvider.System, cancellation);
                    await rewind.RunAsync(plan, cancellation);
                }, cancellation);
                if (pause.WasPaused && !isJson)
                {
                    parsed.InvocationConfiguration.Output.WriteLine($"It was paused in {datacenter.Definition.Name} already, and stays so.");
                }
            }
        }

        return Conclude(parsed, platform, plan, !isDryRun, OperationsVerb.Good);
    }

    private static ICheckpoints? CheckpointsOf(Platform platform, StageDefinition stage) =>
        stage.Connector is not null && StoreKind.Of(stage).Checkpoints(stage, platform.Settings) is { } kept ? kept
        : stage.Options.Delivery == Delivery.ExactlyOnce ? new GroupCheckpoints(platform.Kafka, stage.Name, TimeProvider.System, NullLogger<GroupCheckpoints>.Instance)
        : null;

    private static string? Refusal(ParseResult parsed, Platform platform, RewindPlan plan) =>
        plan.Due.Count == 0 ? null
        : plan.Members > 0 && !parsed.GetValue(Pause) ? RewindText.Running(platform, plan)
        : plan.Skipped > 0 && !parsed.GetValue(Skip) ? $"{StatusText.Count(plan.Skipped)} events would never be worked on. If that is wanted, say --skip."
        : null;

    private static async Task<IDatacenter> FindAsync(ParseResult parsed, Platform platform, CancellationToken cancellation)
    {
        var name = platform.Datacenter ?? throw new UsageException("--pause needs --datacenter, which says where. A millrace dev is ended instead (Ctrl+C).");
        var data = parsed.GetValue(OperationsVerb.Data)!;
        if (!parsed.NamesBrokers() && DevControlFile.Exists(data))
        {
            var control = DevControlFile.Read(data);
            return new DevDatacenter((await DevDatacenter.ListAsync(control, cancellation)).Single(side => side.Name == name), control);
        }

        var datacenters = FailoverCommand.ReadDatacenters(parsed.GetValue(Datacenters));
        var definition = datacenters.FirstOrDefault(known => known.Name == name)
            ?? throw new UsageException($"--datacenter is '{name}'; the file of datacenters has {string.Join(", ", datacenters.Select(known => known.Name))}.");
        return KubernetesDatacenter.Open(definition, parsed.GetValue(Kubeconfig));
    }

    private static async Task<bool> AgreesAsync(IAnsiConsole? console, CancellationToken cancellation) => console is null
        ? throw new UsageException("There is nobody to ask whether that is wanted: say --yes, or --dry-run.")
        : await new ConfirmationPrompt("Do it?") { DefaultValue = false }.ShowAsync(console, cancellation);

    private static IAnsiConsole? Terminal() =>
        AnsiConsole.Profile.Capabilities.Interactive && !Console.IsInputRedirected && !Console.IsOutputRedirected ? AnsiConsole.Console : null;

    private static int Conclude(ParseResult parsed, Platform platform, RewindPlan plan, bool isDone, int exitCode)
    {
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(OperationsVerb.Json))
        {
            Report.Json(output, new
            {
                Stage = plan.Stage.Name, Brokers = platform.Kafka.BootstrapServers, platform.Datacenter, Done = isDone, plan.Members, plan.Again, plan.Skipped,
                Partitions = plan.Partitions.Select(partition => new
                {
                    partition.Partition.Topic, partition.Partition.Partition, partition.Checkpoint, partition.Trigger, partition.To, partition.Again, partition.Skipped, partition.Since,
                }),
            });
        }
        else
        {
            output.WriteLine(plan.Due.Count == 0 ? "Nothing to do: it goes on there already." : isDone ? parsed.GetValue(Pause) ? "Done: it goes on there." : "Done: it goes on there when it is started." : "Nothing was changed.");
        }

        return exitCode;
    }
}
