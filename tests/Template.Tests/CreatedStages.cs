using System.Text.RegularExpressions;
using Millrace.EndToEnd;

namespace Millrace.Template.Tests;

/// <summary>What is built once, all tests look at.</summary>
[CollectionDefinition(Name)]
public sealed class CreatedTests : ICollectionFixture<CreatedStages>
{
    public const string Name = "created";
}

/// <summary>A clean copy of the repository with new stages of the template, one as functions/README.md writes it, and two that are no more than their entries, built once for all tests.</summary>
public sealed partial class CreatedStages : IAsyncLifetime, IDisposable
{
    // No node of this build outlives the tests; the compiler's server is that of the build which made them.
    private static readonly string[] Alone = ["-nodeReuse:false"];

    private readonly RepositoryCopy _clone = new();

    internal string Root => _clone.Root;

    /// <summary>The build, or what went wrong before it.</summary>
    internal DotnetResult Built { get; private set; } = null!;

    /// <summary>The files of the guide.</summary>
    internal List<string> Written { get; } = [];

    public async Task InitializeAsync()
    {
        // A template engine of its own: nothing is installed for whoever runs the tests.
        var engine = _clone.At("template-engine");
        foreach (var arguments in (string[][])
        [
            ["install", _clone.At("functions", "template")],
            ["millrace-stage", "-n", "PageSummary", "--input", "mediawiki.page_change.v1"],
            ["millrace-stage", "-n", "RevisionSite", "--input", "mediawiki.revision-create", "--lookup", "--output-stream", "mediawiki.site_of_revision.v1"],
            ["millrace-stage", "-n", "SummaryHTML", "--input", "mediawiki.page_summary.v1", "--key", "none"],
            ["millrace-stage", "-n", "EditSize", "--input", "mediawiki.page_change.v1"],
        ])
        {
            Built = await Dotnet.RunAsync(Root, ["new", .. arguments, "--debug:custom-hive", engine]);
            if (Built.ExitCode != 0)
            {
                return;
            }
        }

        await DeclareAsync();
        await WriteGuideAsync();
        await File.WriteAllTextAsync(_clone.At("built.slnf"), """
            { "solution": { "path": "Functions.sln", "projects": ["local\\Local.csproj", "tests\\Functions.Tests\\Functions.Tests.csproj"] } }
            """);

        // Projects that no stage is made in were looked at by the analyzers when they were built here.
        await File.WriteAllTextAsync(_clone.At("Directory.Build.targets"), """
            <Project><PropertyGroup Condition="!$(MSBuildProjectName.StartsWith('Functions')) or '$(MSBuildProjectName)' == 'FunctionsHost'"><RunAnalyzers>false</RunAnalyzers></PropertyGroup></Project>
            """);
        Built = await Dotnet.RunAsync(Root, ["build", "built.slnf", "-v", "m", .. Alone]);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _clone.Dispose();

    // A second connector to a store, and a lookup with two inputs that asks the model of the repository.
    private async Task DeclareAsync()
    {
        await WriteAsync(["functions", "PageState", "stage.json"], """
            { "stages": { "PageState": { "connector": "postgres", "inputs": ["mediawiki.page_change.v1"], "settings": { "connectionString": "Host=localhost", "mode": "upsert" } } } }
            """);
        await WriteAsync(["functions", "EditTopics", "stage.json"], """
            {
              "stages": {
                "EditTopics": {
                  "inputs": ["mediawiki.revision-create", "mediawiki.page-create"],
                  "outputs": { "mediawiki.edit_topics.v1": "/mediawiki/edit_topics/1.0.0" },
                  "lookup": {
                    "document": "PagePrediction/model.openapi.json",
                    "operation": "predict",
                    "parameters": { "model": { "value": "edittopics" }, "wiki_id": "database", "rev_id": "rev_id", "page_title": "page_title" },
                    "into": "topics",
                    "schemas": ["/mediawiki/revision/create/1.1.0"]
                  }
                }
              },
              "streams": { "mediawiki.edit_topics.v1": { "schema_title": "mediawiki/edit_topics", "message_key_fields": { "wiki_id": "database", "page_id": "page_id" } } }
            }
            """);
        await WriteAsync(["shared", "jsonschema", "mediawiki", "edit_topics", "1.0.0.json"], """
            {
              "title": "mediawiki/edit_topics",
              "description": "An edit with its topics.",
              "$id": "/mediawiki/edit_topics/1.0.0",
              "$schema": "http://json-schema.org/draft-07/schema#",
              "type": "object",
              "required": ["$schema", "meta"],
              "properties": {
                "$schema": { "description": "The schema.", "type": "string" },
                "meta": { "description": "The envelope.", "type": "object", "required": ["stream"], "properties": { "stream": { "description": "The stream.", "type": "string" } } },
                "database": { "description": "The wiki.", "type": "string" },
                "page_id": { "description": "The page.", "type": "integer", "minimum": 0, "maximum": 9007199254740991 },
                "topics": { "description": "The answer of the model.", "type": "object", "properties": { "chosen": { "description": "The topics.", "type": "array", "items": { "type": "string" } } } }
              },
              "examples": [{ "$schema": "/mediawiki/edit_topics/1.0.0", "meta": { "stream": "mediawiki.edit_topics.v1" }, "database": "examplewiki", "page_id": 17, "topics": { "chosen": ["STEM.Engineering"] } }]
            }
            """);
    }

    private async Task WriteAsync(string[] path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_clone.At(path))!);
        await File.WriteAllTextAsync(_clone.At(path), content);
    }

    // What the guide says to write is what is built: each file below a line that has its path.
    private async Task WriteGuideAsync()
    {
        foreach (Match file in GuideFile().Matches(await File.ReadAllTextAsync(_clone.At("functions", "README.md"))))
        {
            var path = _clone.At(file.Groups["path"].Value.Split('/'));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, file.Groups["text"].Value);
            Written.Add(file.Groups["path"].Value);
        }
    }

    [GeneratedRegex(@"^`(?<path>[\w/.-]+)`:?\n\n```\w+\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex GuideFile();

    /// <summary>Runs the command that was built.</summary>
    internal Task<DotnetResult> MillraceAsync(params string[] arguments)
    {
        Built.Good();
        return Dotnet.RunAsync(Root, [Command, .. arguments]);
    }

    /// <summary>Starts the command that was built, and leaves it to run.</summary>
    internal MillraceProcess Start(params string[] arguments)
    {
        Built.Good();
        return new MillraceProcess(Root, arguments, Command);
    }

    private string Command => _clone.At("local", "bin", "Debug", "net10.0", "millrace.dll");

    /// <summary>Runs tests that were built.</summary>
    internal Task<DotnetResult> TestAsync(string project, string filter)
    {
        Built.Good();
        return Dotnet.RunAsync(Root, ["test", project, "--no-build", "--filter", filter, .. Alone]);
    }
}
