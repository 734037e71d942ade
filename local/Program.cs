using System.CommandLine;
using Millrace.Local;

var root = new RootCommand("Millrace: an event platform of small functions. Without a command: dev.");
DevCommand.AddTo(root);
root.Subcommands.Add(DevCommand.Create());
var configuration = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30), EnableDefaultExceptionHandler = false };
return await root.Parse(args).InvokeAsync(configuration);
