using Millrace.Core;

namespace Millrace.Local;

/// <summary>Topics have as many partitions as the catalog says, and as replicas need.</summary>
internal sealed class ReplicasCheck : IDoctorCheck
{
    public string Name => "partitions";

    public string LooksAt => "topics have as many partitions as replicas need, and the same number where inputs have the same key";

    public bool NeedsBroker => true;

    public IAsyncEnumerable<DoctorFinding> RunAsync(DoctorSubject subject, CancellationToken cancellation) => Look(subject).ToAsyncEnumerable();

    private static IEnumerable<DoctorFinding> Look(DoctorSubject subject)
    {
        foreach (var stage in subject.Catalog.Stages)
        {
            var inputs = stage.Inputs.SelectMany(input => input.Topics.Select(topic => (Stream: input, Topic: topic, Partitions: subject.Cluster.PartitionsOf(topic).Count))).Where(input => input.Partitions > 0).ToList();
            if (inputs.Count == 0)
            {
                continue;
            }

            var (widest, wanted) = (inputs.Max(input => input.Partitions), stage.Scale.MaxReplicas ?? stage.WidestInput);
            if (wanted > widest)
            {
                yield return DoctorFinding.Warning(stage.Name, $"It may have {wanted} replicas (maxReplicaCount), and the widest topic that it reads has {widest} partitions: further replicas have nothing to do.", $"kafka-topics --alter --topic {inputs[0].Topic} --partitions {wanted}, which moves keys to other partitions; or lower scale.maxReplicas, or 'partitions' of the stream.");
            }

            foreach (var other in inputs.Where(other => other.Partitions != inputs[0].Partitions && SameKey(inputs[0].Stream, other.Stream)))
            {
                yield return DoctorFinding.Error(stage.Name, $"{inputs[0].Topic} has {inputs[0].Partitions} partitions and {other.Topic} {other.Partitions}, and their records have the same key: events of one key go to different replicas.", "Give both the same number.");
            }
        }
    }

    private static bool SameKey(StreamDefinition first, StreamDefinition other) =>
        first.Key is not null && other.Key is not null && first.Key.Paths.Select(path => string.Join('.', path)).SequenceEqual(other.Key.Paths.Select(path => string.Join('.', path)));
}
