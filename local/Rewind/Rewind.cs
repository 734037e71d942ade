using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>Sets where a stage goes on, as it was planned.</summary>
/// <remarks>
/// First the trigger's group, which takes it from nobody who has no members: so a worker that was started meanwhile is found before
/// any checkpoint is touched, and where only that much was done, nothing is lost or skipped: the checkpoint decides. Then each
/// partition's checkpoint, taken from whoever may still own it. To do it again comes to the same.
/// </remarks>
internal sealed class Rewind(Platform platform, ICheckpoints? checkpoints)
{
    // Each is a producer of its own for a moment.
    private const int AtOnce = 8;

    /// <summary>Does it.</summary>
    /// <exception cref="UsageException">A worker of the stage has come meanwhile.</exception>
    /// <exception cref="SinkException">A checkpoint could not be set, or perhaps was: it is to be done again.</exception>
    public async Task RunAsync(RewindPlan plan, CancellationToken cancellation)
    {
        var due = plan.Due;
        if (due.Count == 0)
        {
            return;
        }

        await Task.Run(() => SetTrigger(plan.Stage, due), cancellation);
        if (checkpoints is { } kept)
        {
            await Parallel.ForEachAsync(
                due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (partition, token) => await kept.SetAsync(partition.Partition, partition.To, token));
        }
    }

    private void SetTrigger(StageDefinition stage, IReadOnlyList<RewoundPartition> due)
    {
        using var offsets = new ClusterOffsets("Kafka", platform.Kafka);
        try
        {
            offsets.Commit(Progress.TriggerGroup(stage), [.. due.Select(partition => new TopicPartitionOffset(partition.Partition.Topic, partition.Partition.Partition, partition.To))]);
        }
        catch (UnreachableException refused) when (refused.InnerException is KafkaException { Error.Code: ErrorCode.UnknownMemberId or ErrorCode.IllegalGeneration or ErrorCode.RebalanceInProgress })
        {
            throw new UsageException($"Stage {stage.Name} was started meanwhile; nothing was changed. Stop it, and do this again.");
        }
    }
}
