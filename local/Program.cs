using System.CommandLine;
using Millrace.Local;

var root = new RootCommand("Millrace: an event platform of small functions. Without a command: dev.");
DevCommand.AddTo(root);
root.Subcommands.Add(DevCommand.Create());
root.Subcommands.Add(DdlCommand.Create());
var configuration = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30), EnableDefaultExceptionHandler = false };
var parsed = root.Parse(args);
var exitCode = await parsed.InvokeAsync(configuration);
return parsed.Errors.Count > 0 ? 2 : exitCode;
