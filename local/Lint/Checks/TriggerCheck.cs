namespace Millrace.Local;

/// <summary>Stages and triggers belong together, and triggers are as a stage needs them.</summary>
internal sealed class TriggerCheck : ILintCheck
{
    public string Name => "trigger";

    public string Demand => "every stage has one function of its name, which takes batches of its topics in its consumer group, keys as bytes";

    public IEnumerable<LintFinding> Run(LintSubject subject)
    {
        foreach (var stage in subject.Stages)
        {
            var functions = subject.Triggers.Where(function => function.Function == stage.Name).ToList();
            if (functions.Count != 1)
            {
                yield return new LintFinding(FileOf(stage.Name), stage.Name, functions.Count == 0
                    ? $"No function is named '{stage.Name}', so nothing feeds the stage. Add a trigger class with [Function(nameof({stage.Name}))]."
                    : $"{functions.Count} functions are named '{stage.Name}': {string.Join(", ", functions.Select(function => function.Class.Name))}. Leave one.");
            }
        }

        foreach (var function in subject.Triggers.Where(function => function.Trigger is not null))
        {
            if (subject.Entries.AreComplete && !subject.Entries.Catalog.TryGet(function.Function, out _))
            {
                yield return new LintFinding(FileOf(function.Function), function.Function, $"The function '{function.Function}' has a Kafka trigger, and no stage has that name. Name it as its stage, or add the stage's entry.");
            }

            foreach (var (key, expected) in Expected(function))
            {
                if (function.Says(key) != expected)
                {
                    yield return new LintFinding(FileOf(function.Function), $"{function.Class.Name}: KafkaTrigger.{key}", $"{key} is {Quote(function.Says(key))}. Set it to '{expected}'.");
                }
            }

            if (function.Takes is { IsArray: false } single)
            {
                yield return new LintFinding(FileOf(function.Function), $"{function.Class.Name}: KafkaTrigger", $"The trigger feeds a {single.Name}. Take an array, KafkaRecord[]: one record at a time holds up every partition.");
            }
        }
    }

    private static IEnumerable<(string Key, string Expected)> Expected(TriggerMethod function) =>
    [
        ("BrokerList", "%KAFKA_BOOTSTRAP_SERVERS%"),
        ("Topic", $"%Stages:{function.Function}:Topics%"),
        ("ConsumerGroup", function.Function),
        ("IsBatched", bool.TrueString),
        ("KeyDataType", "Binary"),
    ];

    private static string FileOf(string stage) => $"functions/{stage}/{stage}.cs";

    private static string Quote(string? value) => value is null ? "not set" : $"'{value}'";
}
