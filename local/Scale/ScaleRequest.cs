using System.CommandLine;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>What <c>millrace dev --scale</c> was asked for: every stage in worker processes, as many as its lag wants.</summary>
internal sealed record ScaleRequest
{
    /// <summary>By how much times are shortened.</summary>
    public double Speed { get; init; } = 30;

    /// <summary>Settings in place of the catalog's, as <c>[stage:]name=value</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>How many sample events come at once; null leaves the feed to the other options.</summary>
    public int? Burst { get; init; }

    /// <summary>The options of the command that make it.</summary>
    public static IReadOnlyList<Option> Options => [Scale, ScaleSpeed, ScaleSet, BurstOf];

    private static readonly Option<bool> Scale = new("--scale") { Description = "Run each stage in worker processes, as many as KEDA would have pods for its lag: from none to the number of partitions, and back." };

    private static readonly Option<double?> ScaleSpeed = new("--scale-speed") { Description = "With --scale: by how much intervals, windows and the cooldown are shortened. By default 30: a poll each second.", HelpName = "N" };

    private static readonly Option<string[]> ScaleSet = new("--scale-set") { Description = "With --scale: another value for a scale setting of one stage or of all, such as lagThreshold=100 or PageChange:maxReplicas=2. May be repeated.", HelpName = "[STAGE:]NAME=VALUE" };

    private static readonly Option<int?> BurstOf = new("--burst") { Description = "With --scale: feed so many sample events at once, and then nothing.", HelpName = "N" };

    /// <summary>Reads the options; null where scaling is not asked for.</summary>
    /// <exception cref="UsageException">One of them cannot be used.</exception>
    public static ScaleRequest? Read(ParseResult parsed)
    {
        if (!parsed.GetValue(Scale))
        {
            return Options.Skip(1).FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is not { } stray ? null
                : throw new UsageException($"{stray.Name} is given without --scale, which it is for.");
        }

        return new ScaleRequest
        {
            Speed = parsed.GetValue(ScaleSpeed) switch
            {
                null => 30,
                >= 0.1 and <= 60 and var speed => speed,
                var speed => throw new UsageException($"{ScaleSpeed.Name} is {speed}; allowed is 0.1 to 60."),
            },
            Settings = parsed.GetValue(ScaleSet) ?? [],
            Burst = parsed.GetValue(BurstOf) is null or (>= 1 and <= 10_000_000) ? parsed.GetValue(BurstOf) : throw new UsageException($"{BurstOf.Name} is {parsed.GetValue(BurstOf)}; allowed is 1 to 10000000 events."),
        };
    }

    /// <summary>The rules of a stage.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="topics">The topics of its input.</param>
    /// <exception cref="UsageException">A setting cannot be used.</exception>
    public ScaleRules RulesOf(StageDefinition stage, IReadOnlyList<TopicOffsets> topics) => ScaleSetting.Apply(
        ScaleRules.Of(stage.Scale, topics.Max(topic => topic.Partitions.Count)),
        Settings.Where(setting => StageOf(setting) is null || StageOf(setting) == stage.Name).Select(setting => setting[(setting.IndexOf(':', StringComparison.Ordinal) is var colon && StageOf(setting) is null ? 0 : colon + 1)..]),
        ScaleSet.Name);

    /// <summary>Checks that settings name stages that there are.</summary>
    /// <exception cref="UsageException">One does not.</exception>
    public void Check(StageCatalog catalog)
    {
        foreach (var stage in Settings.Select(StageOf).OfType<string>().Where(stage => !catalog.TryGet(stage, out _)))
        {
            throw new UsageException($"{ScaleSet.Name} names the stage '{stage}'; there is {string.Join(", ", catalog.Stages.Select(known => known.Name))}.");
        }
    }

    // A colon behind the equals sign is one of a time.
    private static string? StageOf(string setting) => setting.Split('=')[0].Split(':') is [var stage, _] ? stage : null;
}
