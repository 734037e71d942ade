using System.CommandLine;
using Millrace.Core;
using Millrace.Testing;

namespace Millrace.Local;

/// <summary><c>millrace test</c>: runs the fixtures of stages.</summary>
internal static class TestCommand
{
    private static readonly Argument<string[]> Cases = new("STAGE[/CASE]") { Description = "Stages, or single cases of them; without, all.", Arity = ArgumentArity.ZeroOrMore };

    private static readonly Option<bool> Update = new("--update") { Description = "Make what the stages do now what is expected of them." };

    private static readonly Option<bool> Record = new("--record") { Description = "Really make the lookups that have no answer yet, and keep the answers in the fixture's lookups directory, with the address but without headers." };

    private static readonly Option<string?> Repository = new("--repository") { Description = "The repository, or a directory in it; by default the current one. Its stages are those that this command was built with.", HelpName = "DIR" };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the results as JSON on standard output." };

    public static Command Create()
    {
        var command = new Command("test", """
            Run the fixtures of stages, functions/STAGE/fixtures/CASE: the events in input.json through the whole pipeline, without
            broker or host, with lookups answered from files and a clock that stands still. What becomes of them is compared
            with output.json by JSON value. functions/README.md says what a fixture may have.

            Examples:
              millrace test
              millrace test PageChange PageContentChange/an-edit
              millrace test PageContentChange --record --update

            Exit codes: 0 all hold (with --update: all do now); 1 some do not, or a lookup has no answer; 2 an argument or a
            fixture cannot be used.
            """)
        {
            Cases, Update, Record, Repository, Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        try
        {
            var root = RepositoryRoot.Find(parsed.GetValue(Repository));
            var chosen = FixtureChoice.Choose(RepositoryRoot.Functions(root), parsed.GetValue(Cases) ?? []);
            var outcomes = new List<TestOutcome>();
            foreach (var fixture in chosen)
            {
                outcomes.Add(await TestOutcome.RunAsync(fixture, parsed.GetValue(Record), parsed.GetValue(Update), cancellation));
            }

            var summary = new TestSummary(outcomes, FixtureChoice.StagesWithout(RepositoryRoot.Functions(root)));
            summary.Write(parsed.InvocationConfiguration.Output, parsed.GetValue(Json));
            return outcomes.Exists(outcome => outcome.Problem is not null) ? SchemaCommand.Unusable
                : outcomes.TrueForAll(outcome => outcome.IsGood) ? SchemaCommand.Good : SchemaCommand.Bad;
        }
        catch (Exception wrong) when (wrong is UsageException or FixtureException or CatalogException or IOException or UnauthorizedAccessException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"millrace: {wrong.Message}");
            return SchemaCommand.Unusable;
        }
    }
}
