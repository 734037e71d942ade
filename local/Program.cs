using System.CommandLine;
using Millrace.Local;

const int Interrupted = 130;

var root = new RootCommand("Millrace: an event platform of small functions. Without a command: dev.");
if (args is ["broker", ..])
{
    // Scripts and tests start brokers, and wait for them: not for the other commands, too.
    root.Subcommands.Add(BrokerCommand.Create());
}
else if (args is ["worker", ..])
{
    root.Subcommands.Add(WorkerCommand.Create());
}
else
{
    DevCommand.AddTo(root);
    root.Subcommands.Add(DevCommand.Create());
    root.Subcommands.Add(BrokerCommand.Create());
    root.Subcommands.Add(SchemaCommand.Create());
    root.Subcommands.Add(DdlCommand.Create());
    root.Subcommands.Add(SettingsCommand.Create());
    root.Subcommands.Add(FailoverCommand.Create());
    root.Subcommands.Add(ManifestsCommand.Create());
    root.Subcommands.Add(ScaleCommand.Create());
    root.Subcommands.Add(BackfillCommand.Create());
    root.Subcommands.Add(RewindCommand.Create());
    root.Subcommands.Add(LintCommand.Create());
    root.Subcommands.Add(LakeCommand.Create());
    root.Subcommands.Add(NewCommand.Create());
    root.Subcommands.Add(TestCommand.Create());
    root.Subcommands.Add(TryCommand.Create());
    root.Subcommands.Add(DoctorCommand.Create());
    root.Subcommands.Add(StatusCommand.Create());
    root.Subcommands.Add(LagCommand.Create());
    root.Subcommands.Add(TailCommand.Create());
    root.Subcommands.Add(ErrorsCommand.Create());
    root.Subcommands.Add(TraceCommand.Create());
    root.Subcommands.Add(GraphCommand.Create());
    root.Subcommands.Add(ConsoleCommand.Create());
}

var configuration = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30), EnableDefaultExceptionHandler = false };
var parsed = root.Parse(args);
int exitCode;
try
{
    exitCode = await parsed.InvokeAsync(configuration);
}
catch (OperationCanceledException)
{
    // Interrupted before there was anything to end in order.
    return Interrupted;
}

// By itself the parser answers 1 to an option that it does not know, which means something else here.
return parsed.Errors.Count == 0 ? exitCode : SchemaCommand.Unusable;
