using System.CommandLine;
using Millrace.Schemas;

namespace Millrace.Local;

/// <summary><c>millrace schema materialise</c>: versions from sources.</summary>
internal static class SchemaMaterialiseCommand
{
    private static readonly Argument<string> Source = new("DIR|FILE") { Description = "A schema repository, for all its sources; or one source, <repository>/<title>/current.yaml." };

    private static readonly Option<bool> Write = new("--write") { Description = "Write the versions that are new. Without it, nothing is written." };

    private static readonly Option<string[]> Others = new("--repository")
    {
        Description = "Other repositories that a $ref may lead to. Several with commas.",
        HelpName = "DIR[,DIR…]",
        CustomParser = SchemaCommand.List,
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print what was made as JSON on standard output, with the schemas." };

    public static Command Create()
    {
        var command = new Command("materialise", """
            Make the version that each current.yaml stands for, as <version>.yaml and <version>.json, named by its $id: every
            $ref is replaced by what it leads to in the repository, every allOf is merged, only the root keeps its examples,
            and integers are bounded to ±(2^53-1). A version that is released is never written again.

            Without --write, one source is printed as it would be released; of a repository, what would be written.

            Examples:
              millrace schema materialise schemas/page/change/current.yaml
              millrace schema materialise schemas --write

            Exit codes: 0 all versions were made, or are released as they are; 1 a released version differs from its source,
            or a source cannot be made; 2 an argument or a directory cannot be used.
            """)
        {
            Source, Write, Others, Json,
        };
        SchemaCommand.Run(command, Materialise);
        return command;
    }

    private static int Materialise(ParseResult parsed)
    {
        var (path, others) = (parsed.GetValue(Source)!, parsed.GetValue(Others) ?? []);
        if (Directory.Exists(path))
        {
            var repository = new SchemaMaterialiser(path, others);
            return repository.Sources.Count > 0
                ? Materialise(parsed, repository, repository.Sources)
                : throw new UsageException($"'{path}' has no source; a source is <title>/current.yaml.");
        }

        var materialiser = SchemaMaterialiser.ForFile(path, others, out var source);
        return Materialise(parsed, materialiser, [source]);
    }

    private static int Materialise(ParseResult parsed, SchemaMaterialiser materialiser, IReadOnlyList<string> sources)
    {
        var outcomes = sources.Select(source => SourceOutcome.Of(materialiser, source)).ToList();
        if (parsed.GetValue(Write))
        {
            foreach (var outcome in outcomes)
            {
                outcome.Release?.Write();
            }
        }

        Tell(parsed, outcomes);
        return outcomes.TrueForAll(outcome => outcome.Problem is null) ? SchemaCommand.Good : SchemaCommand.Bad;
    }

    private static void Tell(ParseResult parsed, List<SourceOutcome> outcomes)
    {
        var (output, written) = (parsed.InvocationConfiguration.Output, parsed.GetValue(Write));
        if (parsed.GetValue(Json))
        {
            Report.Json(output, new
            {
                Written = written,
                Sources = outcomes.Select(outcome => new { outcome.Source, outcome.Id, State = outcome.State(written), outcome.Files, outcome.Problem, outcome.Release?.Schema.Document }),
            });
        }
        else if (outcomes is [{ Problem: null, Release: { } only }] && !written && !Directory.Exists(parsed.GetValue(Source)))
        {
            output.Write(only.Schema.ToJson());
        }
        else
        {
            Report.Columns(output, [.. outcomes.Select(outcome => new[] { outcome.State(written), outcome.Source, outcome.Problem ?? (outcome.Files.Count > 0 ? string.Join(", ", outcome.Files) : outcome.Id ?? "") })]);
            var refused = outcomes.Count(outcome => outcome.Problem is not null);
            output.WriteLine($"{Report.Count(outcomes.Count, "source")}: {outcomes.Count(outcome => outcome.Files.Count > 0)} {(written ? "released" : "to release with --write")}, {outcomes.Count(outcome => outcome.Problem is null && outcome.Files.Count == 0)} unchanged, {refused} refused.");
        }
    }
}
