using System.CommandLine;
using Millrace.Schemas;

namespace Millrace.Local;

/// <summary><c>millrace schema diff</c>: what changed from one version to another.</summary>
internal static class SchemaDiffCommand
{
    private static readonly Argument<string> Old = new("OLD") { Description = "The older version: a file or, with --repository, a schema URI such as /page/change/1.0.0." };

    private static readonly Argument<string> New = new("NEW") { Description = "The newer version, named in the same way." };

    private static readonly Option<string?> Repository = new("--repository") { Description = "The schema repository in which OLD and NEW are URIs.", HelpName = "DIR" };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the changes as JSON on standard output." };

    public static Command Create()
    {
        var command = new Command("diff", """
            List what changed from one version of a schema to another, by path, and whether a minor version may have it.

            Within a major version what a schema says stays. Compatible: a new optional field, a new value of an enum, other
            words (description, examples, $id). Incompatible: all else, such as a field that is gone, another set of required
            fields, a new constraint on an old field, or a bound that moved: tightened, events of the old version may not
            match; loosened, its consumers may have no room for what comes.

            Examples:
              millrace schema diff page/change/1.0.0.yaml page/change/1.1.0.yaml
              millrace schema diff /page/change/1.0.0 /page/change/1.1.0 --repository schemas

            Exit codes: 0 compatible; 1 incompatible; 2 an argument, a file or a schema cannot be used.
            """)
        {
            Old, New, Repository, Json,
        };
        SchemaCommand.Run(command, Diff);
        return command;
    }

    private static int Diff(ParseResult parsed)
    {
        var output = parsed.InvocationConfiguration.Output;
        var (old, current, repository) = (parsed.GetValue(Old)!, parsed.GetValue(New)!, parsed.GetValue(Repository));
        if (repository is null && !File.Exists(old) && SchemaIsUri(old))
        {
            throw new UsageException($"'{old}' is no file; if it is a schema URI, name its repository with --repository DIR.");
        }

        var changes = repository is null ? SchemaDiff.BetweenFiles(old, current) : SchemaDiff.BetweenUris(repository, old, current);
        var incompatible = changes.Count(change => !change.IsCompatible);
        if (parsed.GetValue(Json))
        {
            Report.Json(output, new
            {
                Compatible = incompatible == 0,
                Changes = changes.Select(change => new { change.Path, Pointer = change.Location, Compatible = change.IsCompatible, change.Sentence }),
            });
        }
        else
        {
            Report.Columns(output, [.. changes.Select(change => new[] { change.IsCompatible ? "compatible" : "incompatible", change.Path, change.Location, change.Sentence })]);
            output.WriteLine(changes.Count == 0 ? "No change."
                : incompatible == 0 ? $"Compatible: {Report.Count(changes.Count, "change")}."
                : $"Incompatible: {incompatible} of {Report.Count(changes.Count, "change")}. Take them back, or raise the major version.");
        }

        return incompatible == 0 ? SchemaCommand.Good : SchemaCommand.Bad;
    }

    private static bool SchemaIsUri(string text) => text.StartsWith('/') && SchemaVersion.TryParse(text[(text.LastIndexOf('/') + 1)..], out _);
}
