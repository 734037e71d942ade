using System.CommandLine;
using System.Text.Json;
using Millrace.Core;
using Millrace.Hosting;

namespace Millrace.Local.Tests;

/// <summary><c>millrace new stage</c>, up to the files; what they are worth is for the tests of the template.</summary>
public sealed class NewStageTests : IDisposable
{
    private readonly LintRepository _repository = new();

    public NewStageTests()
    {
        // The template as the sources have it.
        var source = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(source.FullName, "Functions.sln")))
        {
            source = source.Parent!;
        }

        var template = Path.Combine(source.FullName, "functions", "template");
        foreach (var file in Directory.GetFiles(template, "*", SearchOption.AllDirectories))
        {
            _repository.Write(Path.Combine("functions", "template", Path.GetRelativePath(template, file)), File.ReadAllText(file));
        }
    }

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task A_stage_is_made_by_its_options()
    {
        var run = await RunAsync(null, "PageSummary", "--input", "mediawiki.page_change.v1", "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.Error.Replace("Making PageSummary from functions/template…\n", "", StringComparison.Ordinal)));
        var made = JsonElement.Parse(run.Output);
        Assert.Equal("mediawiki.page_summary.v1", made.GetProperty("output").GetString());
        Assert.Equal(
            ["functions/PageSummary/PageSummary.cs", "functions/PageSummary/fixtures/an-event/fixture.json", "functions/PageSummary/fixtures/an-event/output.json", "functions/PageSummary/stage.json", "shared/jsonschema/mediawiki/page_summary/1.0.0.json", "tests/Functions.Tests/PageSummaryTests.cs"],
            made.GetProperty("files").EnumerateArray().Select(file => file.GetString()));
        Assert.All(made.GetProperty("files").EnumerateArray(), file => Assert.True(File.Exists(Path.Combine(_repository.Root, file.GetString()!))));
        var stage = Catalog().Get("PageSummary");
        Assert.Equal([["wiki_id"], ["page", "page_id"]], stage.Outputs.Single().Stream.Key!.Paths);
    }

    [Fact]
    public async Task What_was_not_given_is_asked_for_and_wrong_answers_are_not_taken()
    {
        var console = new ScriptedConsole()
            .Type("pageSummary").Type("PageChange").Type("SiteName")
            .Press(ConsoleKey.DownArrow).Press(ConsoleKey.Enter)
            .Type("mediawiki.page_change.v1").Type("mediawiki.site_name.v1")
            .Type("y");

        var run = await RunAsync(console);

        Assert.Contains("allowed is the name of a class, in PascalCase", console.Shown, StringComparison.Ordinal);
        Assert.Contains("there is a stage of that name", console.Shown, StringComparison.Ordinal);
        Assert.Contains("nothing orders the events of two writers", console.Shown, StringComparison.Ordinal);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.StartsWith("SiteName reads mediawiki.page-create and writes mediawiki.site_name.v1.\n", run.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_repository.Root, "functions", "SiteName", "SiteNameSettings.cs")));
        Assert.Equal([["database"], ["page_id"]], Catalog().Get("SiteName").Outputs.Single().Stream.Key!.Paths);
    }

    [Theory]
    [InlineData("NAME is missing", new string[0])]
    [InlineData("--input is missing, and there is no terminal to ask on; allowed is one of mediawiki.revision-create, ", new[] { "PageSummary" })]
    [InlineData("NAME is 'page-summary': allowed is the name of a class", new[] { "page-summary", "--input", "mediawiki.page_change.v1" })]
    [InlineData("NAME is 'PageChange': there is a stage of that name", new[] { "PageChange", "--input", "mediawiki.page_change.v1" })]
    [InlineData("NAME is 'Event': there is a class of that name", new[] { "Event", "--input", "mediawiki.page_change.v1" })]
    [InlineData("--input is 'nothing': the catalog has no such stream; it has mediawiki.revision-create", new[] { "PageSummary", "--input", "nothing" })]
    [InlineData("--output-stream is 'mediawiki.page_change.v1': there is a stream of that name", new[] { "PageSummary", "--input", "mediawiki.page-create", "--output-stream", "mediawiki.page_change.v1" })]
    [InlineData("--output-stream is 'a b': allowed are words in lower case", new[] { "PageSummary", "--input", "mediawiki.page-create", "--output-stream", "a b" })]
    public async Task What_cannot_be_made_is_refused_with_what_is_allowed(string problem, string[] arguments)
    {
        var run = await RunAsync(null, [.. arguments, "--json"]);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains($"millrace: {problem}", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_exists_is_left_alone_and_nothing_is_made()
    {
        _repository.Write("tests/Functions.Tests/PageSummaryTests.cs", "mine");

        var run = await RunAsync(null, "PageSummary", "--input", "mediawiki.page_change.v1", "--json");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("tests/Functions.Tests/PageSummaryTests.cs exists; nothing was made.", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_repository.Root, "functions", "PageSummary")));
        Assert.Equal("mine", File.ReadAllText(Path.Combine(_repository.Root, "tests/Functions.Tests/PageSummaryTests.cs")));
    }

    [Fact]
    public async Task A_template_that_the_engine_refuses_is_told()
    {
        _repository.Write("functions/template/.template.config/template.json", "{");

        var run = await RunAsync(null, "PageSummary", "--input", "mediawiki.page_change.v1", "--json");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("millrace: dotnet new ", run.Error, StringComparison.Ordinal);
    }

    private StageCatalog Catalog() => CatalogFiles.Load(Path.Combine(_repository.Root, "functions"));

    private async Task<(int ExitCode, string Output, string Error)> RunAsync(ScriptedConsole? console, params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        var root = new RootCommand { NewCommand.Create(console) };
        var exitCode = await root.Parse(["new", "stage", .. arguments, "--repository", _repository.Root])
            .InvokeAsync(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        return (exitCode, output.ToString(), error.ToString());
    }
}
