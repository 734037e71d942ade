using System.CommandLine;
using Millrace.Schemas;

namespace Millrace.Local;

/// <summary><c>millrace schema check</c>: the rules over every version of a repository.</summary>
internal static class SchemaCheckCommand
{
    private static readonly Argument<string> Repository = new("DIR") { Description = "The schema repository: files <title>/<major.minor.patch> with .json, .yaml or no extension." };

    private static readonly Option<bool> Compat = new("--compat") { Description = "Compare successive versions within each major version too." };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the findings as JSON on standard output." };

    public static Command Create()
    {
        var command = new Command("check", $"""
            Check every version of a schema repository. Sources (current.yaml) and links of convenience (latest) are left out.

            Rules (error unless it says warning):
            {string.Join('\n', SchemaRule.All.Select(rule => $"  {rule.Name,-19}{rule.Demand}{(rule.Severity == FindingSeverity.Warning ? " (warning)" : "")}"))}

            Examples:
              millrace schema check shared/jsonschema
              millrace schema check schemas --compat --json

            Exit codes: 0 no error, though there may be warnings; 1 an error was found; 2 an argument or the directory
            cannot be used.
            """)
        {
            Repository, Compat, Json,
        };
        SchemaCommand.Run(command, Check);
        return command;
    }

    private static int Check(ParseResult parsed)
    {
        var output = parsed.InvocationConfiguration.Output;
        var directory = parsed.GetValue(Repository)!;
        var result = SchemaCheck.Run(directory, parsed.GetValue(Compat));
        if (result is { Schemas: 0, Findings.Count: 0 })
        {
            throw new UsageException($"'{directory}' has no schema; name the directory that has <title>/<major.minor.patch>.yaml or .json below it.");
        }

        if (parsed.GetValue(Json))
        {
            Report.Json(output, new
            {
                result.Schemas,
                result.Errors,
                result.Warnings,
                Findings = result.Findings.Select(finding => new { finding.File, Pointer = finding.Location, Rule = finding.Rule.Name, Severity = Name(finding), finding.Sentence }),
            });
        }
        else
        {
            Report.Columns(output, [.. result.Findings.Select(finding => new[] { Name(finding), finding.Rule.Name, $"{finding.File}{(finding.Location.Length > 0 ? "#" : "")}{finding.Location}", finding.Sentence })]);
            output.WriteLine($"{Report.Count(result.Schemas, "schema")}: {Report.Count(result.Errors, "error")}, {Report.Count(result.Warnings, "warning")}.");
        }

        return result.Errors == 0 ? SchemaCommand.Good : SchemaCommand.Bad;
    }

    private static string Name(SchemaFinding finding) => finding.Severity == FindingSeverity.Error ? "error" : "warning";
}
