using Millrace.Broker.Requests;
using Millrace.Broker.Storage;
using Millrace.Broker.Topics;

namespace Millrace.Broker.Server;

/// <summary>Finds offsets, and moves the first one of a partition.</summary>
internal sealed class OffsetsApi(TopicTable topics)
{
    private const sbyte ReadCommitted = 1;

    public IEnumerable<Api> Apis =>
    [
        Api.Of<ListOffsetsRequest>(request => request.Answer((topic, partition) => Find(topic, partition, request.IsolationLevel == ReadCommitted))),
        Api.Of<OffsetForLeaderEpochRequest>(request => request.Answer(End)),
        Api.Of<DeleteRecordsRequest>(request => request.Answer(Delete)),
    ];

    private PartitionOffset Find(string topic, ListOffsetsPartition partition, bool committedOnly)
    {
        if (topics.Log(topic, partition.Index) is not { } log)
        {
            return new PartitionOffset { Index = partition.Index, Error = KafkaError.UnknownTopicOrPartition };
        }

        try
        {
            return Find(log, partition, committedOnly);
        }
        catch (StorageException)
        {
            // The log has said what is wrong with it; the other partitions are answered.
            return new PartitionOffset { Index = partition.Index, Error = KafkaError.KafkaStorageError };
        }
    }

    private static PartitionOffset Find(PartitionLog log, ListOffsetsPartition partition, bool committedOnly)
    {
        var end = committedOnly ? log.LastStableOffset : log.EndOffset;
        var found = partition.Timestamp switch
        {
            ListOffsetsRequest.Latest => new OffsetAndTime(end, -1),
            ListOffsetsRequest.Earliest => new OffsetAndTime(log.StartOffset, -1),
            ListOffsetsRequest.MaxTimestamp => log.MaxTimestamp(),
            < 0 => null,
            var timestamp => log.FindByTime(timestamp) is { } at && at.Offset < end ? at : null,
        };
        return new PartitionOffset { Index = partition.Index, Offset = found?.Offset ?? -1, Timestamp = found?.Timestamp ?? -1, LeaderEpoch = found is null ? -1 : 0 };
    }

    private EpochEnd End(string topic, EpochPartition partition) =>
        topics.Log(topic, partition.Index) is not { } log ? new EpochEnd { Index = partition.Index, Error = KafkaError.UnknownTopicOrPartition }
        : partition.LeaderEpoch == 0 ? new EpochEnd { Index = partition.Index, LeaderEpoch = 0, EndOffset = log.EndOffset }
        : new EpochEnd { Index = partition.Index };

    private RecordsDeleted Delete(string topic, DeleteRecordsPartition partition)
    {
        if (topics.Log(topic, partition.Index) is not { } log)
        {
            return new RecordsDeleted { Index = partition.Index, Error = KafkaError.UnknownTopicOrPartition };
        }

        var error = log.DeleteRecords(partition.Offset, out var start);
        return new RecordsDeleted { Index = partition.Index, Error = error, LowWatermark = error == KafkaError.None ? start : -1 };
    }
}
