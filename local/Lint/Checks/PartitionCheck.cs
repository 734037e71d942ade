namespace Millrace.Local;

/// <summary>Partitions suffice for replicas, and those of several inputs fit together.</summary>
internal sealed class PartitionCheck : ILintCheck
{
    public string Name => "partitions";

    public string Demand => "the widest input has as many partitions as the stage may have replicas, and the same number where they have the same key";

    public IEnumerable<LintFinding> Run(LintSubject subject)
    {
        foreach (var stage in subject.Stages)
        {
            var partitions = stage.WidestInput;
            if (stage.Scale.MaxReplicas > partitions)
            {
                yield return subject.AtStage(stage.Name, "scale.maxReplicas", $"maxReplicas is {stage.Scale.MaxReplicas}, and its widest input topic has {partitions} partitions: further replicas would have nothing to read. Lower it, or raise 'partitions' of {string.Join(" or ", stage.Inputs.Select(input => input.Name))}.");
            }

            if (stage.Scale.MinReplicas > partitions)
            {
                yield return subject.AtStage(stage.Name, "scale.minReplicas", $"minReplicas is {stage.Scale.MinReplicas}, and its widest input topic has {partitions} partitions. Lower it.");
            }

            var first = stage.Inputs[0];
            foreach (var other in stage.Inputs.Skip(1).Where(other => other.Partitions != first.Partitions && first.Key is not null && SameKey(first, other)))
            {
                yield return subject.AtStream(other.Name, "partitions", $"Stage {stage.Name} reads it beside {first.Name}, whose records have the same key, but {first.Partitions} partitions and not {other.Partitions}: events of one key would go to different replicas. Give both the same number.");
            }
        }
    }

    private static bool SameKey(Core.StreamDefinition first, Core.StreamDefinition other) =>
        other.Key is not null && first.Key!.Paths.Select(path => string.Join('.', path)).SequenceEqual(other.Key.Paths.Select(path => string.Join('.', path)));
}
