using Millrace.Broker.Protocol;

namespace Millrace.Broker.Requests;

/// <summary>Read records.</summary>
/// <remarks>Not beyond version 12: from 13 on topics are named by their ids. Fetch sessions are not kept: every answer has session 0, and every request names all its partitions.</remarks>
internal sealed class FetchRequest : IRequest
{
    public int ReplicaId = -1;
    public int MaxWaitMs;
    public int MinBytes;
    public int MaxBytes = int.MaxValue;

    /// <summary>0 is read_uncommitted, 1 read_committed.</summary>
    public sbyte IsolationLevel;
    public int SessionId;
    public int SessionEpoch = -1;
    public List<ByTopic<FetchPartition>> Topics = [];
    public List<ForgottenTopic> Forgotten = [];
    public string RackId = "";

    public static ApiKey Key => ApiKey.Fetch;

    public static VersionRange Versions => new(0, 12, FlexibleFrom: 12);

    public void Describe(Wire wire)
    {
        wire.Int32(ref ReplicaId);
        wire.Int32(ref MaxWaitMs);
        wire.Int32(ref MinBytes);
        wire.Int32(ref MaxBytes, since: 3);
        wire.Int8(ref IsolationLevel, since: 4);
        wire.Int32(ref SessionId, since: 7);
        wire.Int32(ref SessionEpoch, since: 7);
        wire.Array(ref Topics);
        wire.Array(ref Forgotten, since: 7);
        wire.String(ref RackId, since: 11);
        wire.Tags();
    }

    public IWireStruct Refuse(KafkaError error) => new FetchResponse
    {
        Topics = Topics.Answer((_, partition) => new PartitionFetched { Index = partition.Index, Error = error }),
    };
}

internal sealed class FetchPartition : IWireStruct
{
    public int Index;
    public int CurrentLeaderEpoch = -1;
    public long Offset;
    public int LastFetchedEpoch = -1;
    public long LogStartOffset = -1;
    public int MaxBytes;

    public void Describe(Wire wire)
    {
        wire.Int32(ref Index);
        wire.Int32(ref CurrentLeaderEpoch, since: 9);
        wire.Int64(ref Offset);
        wire.Int32(ref LastFetchedEpoch, since: 12);
        wire.Int64(ref LogStartOffset, since: 5);
        wire.Int32(ref MaxBytes);
        wire.Tags();
    }
}

internal sealed class ForgottenTopic : IWireStruct
{
    public string Name = "";
    public List<int> Partitions = [];

    public void Describe(Wire wire)
    {
        wire.String(ref Name);
        wire.Int32s(ref Partitions);
        wire.Tags();
    }
}

internal sealed class FetchResponse : IWireStruct, IDisposable
{
    public int ThrottleTimeMs;
    public KafkaError Error;
    public int SessionId;
    public List<ByTopic<PartitionFetched>> Topics = [];

    public void Describe(Wire wire)
    {
        wire.Int32(ref ThrottleTimeMs, since: 1);
        wire.Error(ref Error, since: 7);
        wire.Int32(ref SessionId, since: 7);
        wire.Array(ref Topics);
        wire.Tags();
    }

    /// <summary>Lets go of the records, which the log keeps for as long.</summary>
    public void Dispose()
    {
        foreach (var topic in Topics)
        {
            foreach (var partition in topic.Partitions)
            {
                partition.Dispose();
            }
        }
    }
}

internal sealed class PartitionFetched : IWireStruct, IDisposable
{
    public int Index;
    public KafkaError Error;
    public long HighWatermark = -1;
    public long LastStableOffset = -1;
    public long LogStartOffset = -1;

    /// <summary>Null for those who read what is not committed, too.</summary>
    public List<AbortedProducer>? Aborted;
    public int PreferredReadReplica = -1;
    public IRecords? Records = new RecordBytes(default);

    public void Describe(Wire wire)
    {
        wire.Int32(ref Index);
        wire.Error(ref Error);
        wire.Int64(ref HighWatermark);
        wire.Int64(ref LastStableOffset, since: 4);
        wire.Int64(ref LogStartOffset, since: 5);
        wire.NullableArray(ref Aborted, since: 4);
        wire.Int32(ref PreferredReadReplica, since: 11);
        wire.Records(ref Records);
        wire.Tags();
    }

    public void Dispose() => Records?.Dispose();
}

internal sealed class AbortedProducer : IWireStruct
{
    public long ProducerId;
    public long FirstOffset;

    public void Describe(Wire wire)
    {
        wire.Int64(ref ProducerId);
        wire.Int64(ref FirstOffset);
        wire.Tags();
    }
}
