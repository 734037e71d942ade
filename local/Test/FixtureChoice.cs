using Millrace.Core;
using Millrace.Hosting;
using Millrace.Testing;

namespace Millrace.Local;

/// <summary>Which fixtures <c>millrace test</c> runs.</summary>
internal static class FixtureChoice
{
    /// <summary>The fixtures that were named, or all of the app's stages.</summary>
    /// <param name="functions">The directory of the function app.</param>
    /// <param name="names"><c>STAGE</c> or <c>STAGE/CASE</c>.</param>
    /// <exception cref="UsageException">There is no such stage or case.</exception>
    public static IReadOnlyList<StageFixture> Choose(string functions, IReadOnlyList<string> names)
    {
        var stages = Stages();
        return names.Count == 0
            ? [.. stages.SelectMany(stage => StageFixtures.Of(functions, stage))]
            : [.. names.SelectMany(name => Named(functions, stages, name)).DistinctBy(fixture => fixture.ToString())];
    }

    /// <summary>The stages that have none, but for connectors, which do nothing of their own.</summary>
    public static IReadOnlyList<string> StagesWithout(string functions) =>
        [.. StageClass.Among(typeof(Functions.Program).Assembly.GetTypes()).Where(stage => !stage.Stage.IsAssignableTo(typeof(Connector))).Select(stage => stage.Name).Where(stage => StageFixtures.Of(functions, stage).Count == 0)];

    private static List<string> Stages() => [.. StageClass.Among(typeof(Functions.Program).Assembly.GetTypes()).Select(stage => stage.Name)];

    private static List<StageFixture> Named(string functions, List<string> stages, string name)
    {
        var parts = name.TrimEnd('/').Split('/', 2);
        if (!stages.Contains(parts[0]))
        {
            throw new UsageException($"There is no stage '{parts[0]}'; there is {string.Join(", ", stages)}.");
        }

        var fixtures = StageFixtures.Of(functions, parts[0]);
        var found = fixtures.Where(fixture => parts.Length == 1 || fixture.Name == parts[1]).ToList();
        return found.Count > 0 ? found : throw new UsageException(fixtures.Count == 0
            ? $"{parts[0]} has no fixtures; functions/{parts[0]}/fixtures/CASE would be one."
            : $"{parts[0]} has no fixture '{parts[1]}'; it has {string.Join(", ", fixtures.Select(fixture => fixture.Name))}.");
    }
}
