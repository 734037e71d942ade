using Microsoft.Extensions.Hosting;

namespace Millrace.Testing;

/// <summary>The fixtures of a repository: <c>functions/STAGE/fixtures/CASE</c>.</summary>
public static class StageFixtures
{
    private const string Mark = "stages.json";
    private const string Folder = "fixtures";

    /// <summary>Runs all fixtures of a stage, in one line of a test.</summary>
    /// <example><code>
    /// [Fact]
    /// public Task Its_fixtures_hold() =&gt; StageFixtures.CheckAsync(Program.Build, nameof(PageSummary));
    /// </code></example>
    /// <param name="app">How the app is put together: <c>Program.Build</c>.</param>
    /// <param name="stage">The stage's name.</param>
    /// <exception cref="FixtureException">Some do not hold, one cannot be used, or there are none; the message has every difference.</exception>
    public static async Task CheckAsync(Func<string[], Action<IHostApplicationBuilder>?, IHost> app, string stage)
    {
        var fixtures = Of(FindFunctions(), stage);
        if (fixtures.Count == 0)
        {
            throw new FixtureException($"{stage} has no fixtures: functions/{stage}/{Folder} has a directory for each case.");
        }

        var broken = new List<FixtureResult>();
        foreach (var fixture in fixtures)
        {
            if (await fixture.RunAsync(app).ConfigureAwait(false) is { Holds: false } result)
            {
                broken.Add(result);
            }
        }

        if (broken.Count > 0)
        {
            throw new FixtureException(string.Join("\n\n", broken));
        }
    }

    /// <summary>The fixtures of a stage, by name.</summary>
    /// <param name="functions">The directory of the function app.</param>
    /// <param name="stage">The stage's name.</param>
    public static IReadOnlyList<StageFixture> Of(string functions, string stage)
    {
        var directory = Path.Combine(functions, stage, Folder);
        return Directory.Exists(directory)
            ? [.. Directory.GetDirectories(directory).Order(StringComparer.Ordinal).Select(path => new StageFixture(path, stage))]
            : [];
    }

    // Tests run below the sources: what they accept is to be where it is kept.
    private static string FindFunctions()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var functions = Path.Combine(at.FullName, "functions");
            if (File.Exists(Path.Combine(functions, Mark)))
            {
                return functions;
            }
        }

        throw new FixtureException($"No directory above {AppContext.BaseDirectory} has functions/{Mark}.");
    }
}
