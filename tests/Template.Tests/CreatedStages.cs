namespace Millrace.Template.Tests;

/// <summary>A clean copy of the repository with three new stages, built once for all tests.</summary>
public sealed class CreatedStages : IAsyncLifetime, IDisposable
{
    // No server of a build outlives the tests.
    private static readonly string[] Alone = ["-nodeReuse:false", "-p:UseSharedCompilation=false"];

    private readonly RepositoryCopy _clone = new();

    internal string Root => _clone.Root;

    /// <summary>The build, or what went wrong before it.</summary>
    internal DotnetResult Built { get; private set; } = null!;

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
        ])
        {
            Built = await Dotnet.RunAsync(Root, ["new", .. arguments, "--debug:custom-hive", engine]);
            if (Built.ExitCode != 0)
            {
                return;
            }
        }

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

    /// <summary>Runs the command that was built.</summary>
    internal Task<DotnetResult> MillraceAsync(params string[] arguments)
    {
        Built.Good();
        return Dotnet.RunAsync(Root, [_clone.At("local", "bin", "Debug", "net10.0", "millrace.dll"), .. arguments]);
    }

    /// <summary>Runs tests that were built.</summary>
    internal Task<DotnetResult> TestAsync(string project, string filter)
    {
        Built.Good();
        return Dotnet.RunAsync(Root, ["test", project, "--no-build", "--filter", filter, .. Alone]);
    }
}
