using System.CommandLine;
using Millrace.Core;

namespace Millrace.Local;

/// <summary><c>millrace lint</c>: whether catalog, schemas, stages, settings, triggers and datacenters agree.</summary>
internal static class LintCommand
{
    private static readonly Argument<string?> Place = new("DIR")
    {
        Description = "The repository, or a directory in it; by default the current one. Its stages, triggers and settings are those that this command was built with.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string[]> Schemas = new("--schemas")
    {
        Description = "Schema repositories (directories) that are searched after the repository's own. Several with commas.",
        HelpName = "DIR[,DIR…]",
        CustomParser = SchemaCommand.List,
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the findings as JSON on standard output." };

    public static Command Create()
    {
        var command = new Command("lint", $"""
            Check that catalog, schemas, stages, settings, triggers and datacenters agree. Each finding names the file, the key and the remedy.

            Rules:
            {string.Join('\n', LintRun.Checks.Select(check => $"  {check.Name,-13}{check.Demand}"))}

            Examples:
              millrace lint
              millrace lint ~/millrace --json

            Exit codes: 0 all agrees; 1 something was found; 2 an argument or the directory cannot be used.
            """)
        {
            Place, Schemas, Json,
        };
        SchemaCommand.Run(command, Lint);
        return command;
    }

    private static int Lint(ParseResult parsed)
    {
        var output = parsed.InvocationConfiguration.Output;
        LintSubject subject;
        try
        {
            subject = new LintSubject(RepositoryRoot.Find(parsed.GetValue(Place)), typeof(Functions.Program).Assembly.GetTypes(), parsed.GetValue(Schemas) ?? []);
        }
        catch (CatalogException unreadable)
        {
            throw new UsageException(unreadable.Message);
        }

        var found = LintRun.Run(subject);
        if (parsed.GetValue(Json))
        {
            Report.Json(output, new
            {
                Stages = subject.Stages.Count,
                Findings = found.Select(item => new { Rule = item.Check.Name, item.Finding.File, item.Finding.Key, item.Finding.Sentence }),
            });
        }
        else
        {
            Report.Columns(output, [.. found.Select(item => new[] { item.Check.Name, item.Finding.File, item.Finding.Key, item.Finding.Sentence })]);
            output.WriteLine(found.Count == 0
                ? $"{Report.Count(subject.Stages.Count, "stage")}: catalog, schemas, stages, settings, triggers and datacenters agree."
                : $"{Report.Count(found.Count, "finding")}. Correct what they name; `millrace lint --help` has the rules.");
        }

        return found.Count == 0 ? SchemaCommand.Good : SchemaCommand.Bad;
    }
}
