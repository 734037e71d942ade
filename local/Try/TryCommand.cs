using System.CommandLine;
using Millrace.Core;
using Millrace.Testing;

namespace Millrace.Local;

/// <summary><c>millrace try</c>: one event through one stage, step by step.</summary>
internal static class TryCommand
{
    private static readonly Argument<string> Stage = new("STAGE") { Description = "The stage, by its name in the catalog." };

    private static readonly Option<string> Event = new("--event") { Description = "The event: a file with one JSON object, or - for standard input. What is broken in it is given to the stage as it is.", HelpName = "FILE", Required = true };

    private static readonly Option<string?> Answers = new("--answers") { Description = "Answer lookups from the files of a directory, as those of fixtures, and ask nobody.", HelpName = "DIR" };

    private static readonly Option<string[]> Settings = new("--setting") { Description = "A setting of the function app, such as Stages:PageContentChange:Settings:ApiTemplate=…. May be repeated.", HelpName = "NAME=VALUE" };

    private static readonly Option<string[]> Schemas = new("--schemas") { Description = "Schema repositories (directories, or http(s) addresses) to ask after the platform's own. Several with commas.", HelpName = "DIR[,DIR…]", CustomParser = SchemaCommand.List };

    private static readonly Option<bool> Json = new("--json") { Description = "Print everything as JSON on standard output." };

    /// <param name="input">Standard input; null is the process's.</param>
    public static Command Create(Stream? input = null)
    {
        var command = new Command("try", """
            Run one event through a stage, without broker or host, and show each step of the pipeline with the time that it took
            by itself, the lookups that were made, the outcome, and what would be written where. Lookups are really made,
            at the hosts that the stage's settings allow, unless --answers is given. Nothing is written anywhere.

            Examples:
              millrace try PageChange --event edit.json
              millrace try PageContentChange --event - --answers functions/PageContentChange/fixtures/an-edit/lookups < change.json
              millrace try PageContentChange --event change.json --setting Stages:PageContentChange:Options:Attempts=1 --json

            Exit codes: 0 the event was emitted or filtered; 1 it failed: it would go to the error stream; 2 an argument, a file
            or a setting cannot be used.
            """)
        {
            Stage, Event, Answers, Settings, Schemas, Json,
        };
        command.SetAction((parsed, cancellation) => RunAsync(parsed, input, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, Stream? input, CancellationToken cancellation)
    {
        try
        {
            var value = await EventInput.ReadAsync(Event.Name, parsed.GetValue(Event)!, input, cancellation);
            var answers = parsed.GetValue(Answers) is { } directory && !Directory.Exists(directory) ? throw new UsageException($"--answers is '{directory}', which is no directory.") : parsed.GetValue(Answers);
            var run = await TryRun.RunAsync(parsed.GetValue(Stage)!, value, answers, [.. ReadSettings(parsed)], TimeProvider.System, cancellation);
            if (parsed.GetValue(Json))
            {
                TryReport.WriteJson(parsed.InvocationConfiguration.Output, run);
            }
            else
            {
                TryReport.Write(parsed.InvocationConfiguration.Output, run);
            }

            return run.IsGood ? SchemaCommand.Good : SchemaCommand.Bad;
        }
        catch (Exception wrong) when (wrong is UsageException or FixtureException or CatalogException or IOException or UnauthorizedAccessException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"millrace: {wrong.Message}");
            return SchemaCommand.Unusable;
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> ReadSettings(ParseResult parsed)
    {
        var schemas = parsed.GetValue(Schemas) ?? [];
        foreach (var (place, index) in (schemas.Length == 0 ? [] : schemas.Prepend(Path.Combine(AppContext.BaseDirectory, "jsonschema"))).Select((place, index) => (place, index)))
        {
            yield return new($"Millrace:Schemas:{index}", place);
        }

        foreach (var setting in parsed.GetValue(Settings) ?? [])
        {
            yield return setting.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals
                ? new(setting[..equals], setting[(equals + 1)..])
                : throw new UsageException($"--setting is '{setting}'; allowed is NAME=VALUE.");
        }
    }
}
