using System.CommandLine;
using Spectre.Console;

namespace Millrace.Local;

/// <summary><c>millrace new stage</c>: a stage from the template.</summary>
internal static class NewCommand
{
    private const int Created = 0;
    private const int Refused = 1;
    private const int Unusable = 2;

    private static readonly Argument<string?> Name = new("NAME") { Description = "The stage's name, in PascalCase: that of its class, function and consumer group.", Arity = ArgumentArity.ZeroOrOne };

    private static readonly Option<string?> Input = new("--input") { Description = "The stream that it reads, by its name in the catalog.", HelpName = "STREAM" };

    private static readonly Option<string?> OutputStream = new("--output-stream") { Description = "The new stream that it writes. Without: the stage's name behind the input's prefix, such as mediawiki.page_summary.v1 for PageSummary.", HelpName = "STREAM" };

    private static readonly Option<bool> Lookup = new("--lookup") { Description = "It asks an HTTP API about every event, and has settings for that." };

    private static readonly Option<string?> Key = CreateKey();

    private static readonly Option<string?> Repository = new("--repository") { Description = "The repository to make it in; by default the one of the current directory.", HelpName = "DIR" };

    private static readonly Option<bool> Json = new("--json") { Description = "Print what was made as JSON on standard output, and ask nothing." };

    /// <param name="console">Where to ask; null is the terminal, if there is one.</param>
    public static Command Create(IAnsiConsole? console = null)
    {
        var stage = new Command("stage", """
            Make a new stage from the template: its class and trigger, its entry in the catalog, the schema of what it emits,
            its fixtures and its test. Asks for NAME and --input where they are not given. The same as `dotnet new millrace-stage`.

            Examples:
              millrace new stage
              millrace new stage PageSummary --input mediawiki.page_change.v1
              millrace new stage SiteName --input mediawiki.revision-create --lookup --output-stream mediawiki.site_name.v1

            Exit codes: 0 it is made; 1 the template engine refused; 2 an option cannot be used, or is missing and there is
            nobody to ask.
            """)
        {
            Name, Input, OutputStream, Lookup, Key, Repository, Json,
        };
        stage.SetAction((parsed, cancellation) => RunAsync(parsed, console, cancellation));
        return new Command("new", "Make something new from a template.") { stage };
    }

    private static Option<string?> CreateKey()
    {
        var key = new Option<string?>("--key") { Description = "The fields of the input that outputs are keyed by: wiki_id and page.page_id (page), database and page_id (revision), or none. Without: the input's.", HelpName = "page|revision|none" };
        key.AcceptOnlyFromAmong("page", "revision", "none");
        return key;
    }

    private static async Task<int> RunAsync(ParseResult parsed, IAnsiConsole? console, CancellationToken cancellation)
    {
        var (output, errors) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        try
        {
            var root = RepositoryRoot.Find(parsed.GetValue(Repository));
            var options = await CompleteAsync(Read(parsed), root, parsed.GetValue(Json) ? null : console ?? Terminal(), cancellation);
            await errors.WriteLineAsync($"Making {options.Name} from functions/template…");
            Tell(await NewStage.CreateAsync(root, options, cancellation), parsed.GetValue(Json), output);
            return Created;
        }
        catch (Exception wrong) when (wrong is UsageException or StageTemplateException or IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync($"millrace: {wrong.Message}");
            return wrong is StageTemplateException ? Refused : Unusable;
        }
    }

    private static NewStageOptions Read(ParseResult parsed) => new()
    {
        Name = parsed.GetValue(Name),
        Input = parsed.GetValue(Input),
        OutputStream = parsed.GetValue(OutputStream),
        Lookup = parsed.GetValue(Lookup),
        Key = parsed.GetValue(Key),
    };

    private static IAnsiConsole? Terminal() =>
        AnsiConsole.Profile.Capabilities.Interactive && !Console.IsInputRedirected && !Console.IsOutputRedirected ? AnsiConsole.Console : null;

    private static async Task<NewStageOptions> CompleteAsync(NewStageOptions given, string root, IAnsiConsole? console, CancellationToken cancellation)
    {
        if (given is { Name: not null, Input: not null })
        {
            return given;
        }

        var catalog = NewStage.Load(root);
        return console is not null
            ? await NewStageQuestions.AskAsync(console, given, new NewStageRules(root, catalog), catalog, cancellation)
            : throw new UsageException(given.Name is null
                ? "NAME is missing, and there is no terminal to ask on; it is the stage's name, such as PageSummary."
                : $"--input is missing, and there is no terminal to ask on; allowed is one of {string.Join(", ", catalog.Streams.Streams.Select(stream => stream.Name))}.");
    }

    private static void Tell(NewStage made, bool json, TextWriter output)
    {
        var (name, written) = (made.Stage.Name, made.Stage.Outputs.Single());
        if (json)
        {
            Report.Json(output, new { Stage = name, Inputs = made.Stage.Inputs.Select(input => input.Name), Output = written.Stream.Name, Schema = written.SchemaUri, made.Files });
            return;
        }

        output.WriteLine($"{name} reads {made.Stage.Inputs[0].Name} and writes {written.Stream.Name}{(written.Stream.Key is null ? ", without a key: in no order" : "")}.");
        foreach (var file in made.Files)
        {
            output.WriteLine($"  {file}");
        }

        output.WriteLine($"""

            Next:
              dotnet run --project local -- test {name}            # its fixtures; --update takes over what it does
              dotnet test tests/Functions.Tests --filter {name}    # the same among the tests
              dotnet run --project local -- manifests{new string(' ', name.Length)}          # writes what deploys it, infra/keda
              dotnet run --project local -- lint{new string(' ', name.Length)}               # whether all agrees
              dotnet run --project local{new string(' ', name.Length)}                       # runs it with the others
            """);
    }
}
