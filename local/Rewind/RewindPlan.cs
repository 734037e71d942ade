using System.Globalization;
using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>What a rewind will do, found out without changing anything.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Members">How many members the stage's group has: who runs it.</param>
/// <param name="Partitions">The partitions, those where nothing is to be done included.</param>
internal sealed record RewindPlan(StageDefinition Stage, int Members, IReadOnlyList<RewoundPartition> Partitions)
{
    /// <summary>The partitions where something is to be set.</summary>
    public IReadOnlyList<RewoundPartition> Due => [.. Partitions.Where(partition => partition.IsDue)];

    /// <summary>How many offsets are worked on again.</summary>
    public long Again => Partitions.Sum(partition => partition.Again);

    /// <summary>How many offsets are never worked on.</summary>
    public long Skipped => Partitions.Sum(partition => partition.Skipped);

    /// <summary>Looks.</summary>
    /// <param name="platform">The cluster.</param>
    /// <param name="request">Where the stage is to go on.</param>
    /// <param name="checkpoints">Where its checkpoints are; null where those of the trigger's group are the only ones.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UsageException">There is no such topic, partition or offset.</exception>
    public static async Task<RewindPlan> ReadAsync(Platform platform, RewindRequest request, ICheckpoints? checkpoints, TimeProvider time, CancellationToken cancellation)
    {
        using var reader = new ClusterReader(platform.Kafka);
        using var offsets = new ClusterOffsets("Kafka", platform.Kafka);
        var stage = request.Stage;
        var group = Progress.TriggerGroup(stage);
        if (request.To.Time is { } asked && asked > time.GetUtcNow())
        {
            throw new UsageException($"--to is {Iso8601.Format(asked)}, a time to come; allowed is a time that has passed.");
        }

        var partitions = await ChooseAsync(reader, request, platform.Datacenter);
        var ends = await reader.EndsAsync(partitions);
        var triggers = await reader.CommittedAsync(group, partitions);
        var kept = checkpoints is null ? null : await checkpoints.ReadAsync([.. partitions.Select(Of)], cancellation);
        var targets = partitions.ToDictionary(partition => partition, partition => (long?)null);
        foreach (var partition in partitions)
        {
            targets[partition] = Target(request.To, offsets, partition, ends[partition]);
        }

        var firsts = await reader.FirstAsync([.. targets.Where(target => target.Value is not null).Select(target => new TopicPartitionOffset(target.Key, target.Value!.Value))]);
        var members = await reader.MembersAsync([group]);
        return new RewindPlan(stage, members[group], [.. from partition in partitions where targets[partition] is not null select Plan(partition)]);

        RewoundPartition Plan(TopicPartition partition)
        {
            var (begin, _, end) = ends[partition];
            long? trigger = triggers.TryGetValue(partition, out var committed) ? committed : null;
            var known = kept is null ? trigger ?? 0 : kept.GetValueOrDefault(Of(partition));

            // A checkpoint behind the end is that of a topic that was made anew since.
            var checkpoint = Math.Max(begin, known > end ? 0 : known);
            var to = targets[partition]!.Value;
            if (to >= checkpoint)
            {
                return new RewoundPartition(Of(partition), begin, end, checkpoint, trigger, to, null);
            }

            // Where no record stands, none is worked on again: what begins is a record, and by that a worker knows that it begins.
            return firsts.TryGetValue(partition, out var first) && first.Offset < checkpoint
                ? new RewoundPartition(Of(partition), begin, end, checkpoint, trigger, first.Offset, first.Time)
                : new RewoundPartition(Of(partition), begin, end, checkpoint, trigger, checkpoint, null);
        }
    }

    private static StreamPartition Of(TopicPartition partition) => new(partition.Topic, partition.Partition.Value);

    private static async Task<IReadOnlyList<TopicPartition>> ChooseAsync(ClusterReader reader, RewindRequest request, string? datacenter)
    {
        var topics = request.Stage.TopicsToRead(datacenter);
        if (request.Topic is { } named && !topics.Contains(named))
        {
            throw new UsageException($"--topic is '{named}'; stage {request.Stage.Name} reads {string.Join(", ", topics)}.");
        }

        IReadOnlyList<string> chosen = request.Topic is null ? [.. topics] : [request.Topic];
        if (request.To.NamesPartitions && chosen.Count > 1)
        {
            throw new UsageException($"--to names partitions, and stage {request.Stage.Name} reads {chosen.Count} topics: name one of {string.Join(", ", chosen)} by --topic.");
        }

        var there = await reader.PartitionsAsync([.. chosen]);
        if (chosen.FirstOrDefault(topic => !there.Any(partition => partition.Topic == topic)) is { } missing)
        {
            throw new UsageException($"Kafka has no topic '{missing}', which stage {request.Stage.Name} reads.");
        }

        var numbers = request.To.Partitions.Concat(request.Partition is { } asked ? [asked] : []);
        foreach (var number in numbers.Where(number => !there.Any(partition => partition.Partition.Value == number)))
        {
            throw new UsageException(string.Create(
                CultureInfo.InvariantCulture, $"There is no partition {number}; {string.Join(", ", chosen)} has 0 to {there.Max(partition => partition.Partition.Value)}."));
        }

        if (request.Partition is { } only && request.To.NamesPartitions && !request.To.Partitions.Contains(only))
        {
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--partition is {only}, of which --to says nothing."));
        }

        return request.Partition is null ? there : [.. there.Where(partition => partition.Partition.Value == request.Partition)];
    }

    private static long? Target(BackfillBound to, ClusterOffsets offsets, TopicPartition partition, PartitionEnds ends)
    {
        if (to.Find(offsets, partition) is not { } target)
        {
            return null;
        }

        return !to.NamesOffsets ? Math.Max(target, ends.Begin)
            : target >= ends.Begin && target <= ends.End ? target
            : throw new UsageException(string.Create(
                CultureInfo.InvariantCulture, $"--to is {target}, and {partition.Topic}/{partition.Partition.Value} has offsets from {ends.Begin} up to its end, {ends.End}."));
    }
}
