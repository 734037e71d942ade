using Microsoft.Extensions.Configuration;
using Millrace.Hosting;

namespace Millrace.Local;

/// <summary>Stages and triggers belong together, and triggers are as a stage needs them.</summary>
internal sealed class TriggerCheck : ILintCheck
{
    private static readonly IConfiguration NoOverrides = new ConfigurationBuilder().Build();

    public string Name => "trigger";

    public string Demand => "every stage has functions of its name that read its topics, each once: in batches, in its consumer group, keys as bytes";

    public IEnumerable<LintFinding> Run(LintSubject subject)
    {
        var topics = TriggerSettings.For(subject.Entries.Catalog, NoOverrides).Select(setting => setting.Key).ToList();
        // A class that the build is yet to write has its functions with it.
        foreach (var stage in subject.Stages.Where(stage => !stage.IsDeclared || subject.Classes.Any(known => known.Name == stage.Name)))
        {
            var own = subject.Triggers.Where(function => StageOf(function.Name) == stage.Name).ToList();
            if (own.TrueForAll(IsOfReplays))
            {
                yield return new LintFinding(FileOf(stage.Name), stage.Name, $"No function is named '{stage.Name}', so nothing feeds the stage. Add a trigger class with [Function(nameof({stage.Name}))].");
                continue;
            }

            foreach (var topic in Of(stage.Name, topics))
            {
                var readers = own.Where(function => function.Says("Topic") == topic).Select(function => $"{function.Class.Name} ({function.Name})").ToList();
                if (readers.Count != 1)
                {
                    yield return new LintFinding(FileOf(stage.Name), stage.Name, readers.Count == 0
                        ? $"No function of the stage reads '{topic}'. Let one have it as the topic of its Kafka trigger."
                        : $"{readers.Count} functions read '{topic}': {string.Join(", ", readers)}. Leave one.");
                }
            }
        }

        foreach (var function in subject.Triggers.Where(function => function.Kafka is not null))
        {
            var stage = StageOf(function.Name);
            if (subject.Entries.Catalog.TryGet(stage, out _))
            {
                foreach (var finding in Check(function, stage, [.. Of(stage, topics).Where(topic => IsOfReplays(function) == (topic == $"%Stages:{stage}:Replay%"))]))
                {
                    yield return finding;
                }
            }
            else if (subject.Entries.AreComplete)
            {
                yield return new LintFinding(FileOf(stage), function.Name, $"The function '{function.Name}' has a Kafka trigger, and no stage has that name. Name it as its stage, or add the stage's entry.");
            }
        }
    }

    private static IEnumerable<LintFinding> Check(DeclaredFunction function, string stage, string[] topics)
    {
        foreach (var (key, allowed) in ((string, string[])[])
        [
            ("BrokerList", ["%KAFKA_BOOTSTRAP_SERVERS%"]), ("Topic", topics), ("ConsumerGroup", [stage]), ("IsBatched", [bool.TrueString]), ("KeyDataType", ["Binary"]),
        ])
        {
            if (!allowed.Contains(function.Says(key)))
            {
                var said = function.Says(key) is { } value ? $"'{value}'" : "not set";
                yield return new LintFinding(FileOf(stage), $"{function.Class.Name}: KafkaTrigger.{key}", $"{key} is {said}. Set it to '{string.Join("' or '", allowed)}'.");
            }
        }

        if (function.Takes is { IsArray: false } single)
        {
            yield return new LintFinding(FileOf(stage), $"{function.Class.Name}: KafkaTrigger", $"The trigger feeds a {single.Name}. Take an array, KafkaRecord[]: one record at a time holds up every partition.");
        }
    }

    // Further functions of a stage have a number behind its name, or what stands for replays.
    private static string StageOf(string function) =>
        function.LastIndexOf('_') is var at and > 0 && (int.TryParse(function.AsSpan(at + 1), out _) || function[at..] == StageFunctions.ReplaySuffix) ? function[..at] : function;

    private static bool IsOfReplays(DeclaredFunction function) => function.Name.EndsWith(StageFunctions.ReplaySuffix, StringComparison.Ordinal);

    private static IEnumerable<string> Of(string stage, List<string> topics) =>
        topics.Where(setting => setting.Split(':') is [_, var name, ..] && name == stage).Select(setting => $"%{setting}%");

    private static string FileOf(string stage) => $"functions/{stage}/{stage}.cs";
}
