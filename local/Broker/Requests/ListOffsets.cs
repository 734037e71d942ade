using Millrace.Broker.Protocol;

namespace Millrace.Broker.Requests;

/// <summary>Find offsets by time, and the ends of partitions.</summary>
internal sealed class ListOffsetsRequest : IRequest
{
    /// <summary>The timestamp that asks for the end.</summary>
    public const long Latest = -1;

    /// <summary>The timestamp that asks for the start.</summary>
    public const long Earliest = -2;

    /// <summary>The timestamp that asks for the record with the greatest timestamp (KIP-734).</summary>
    public const long MaxTimestamp = -3;

    public int ReplicaId = -1;
    public sbyte IsolationLevel;
    public List<ByTopic<ListOffsetsPartition>> Topics = [];

    public static ApiKey Key => ApiKey.ListOffsets;

    public static VersionRange Versions => new(1, 7, FlexibleFrom: 6);

    public void Describe(Wire wire)
    {
        wire.Int32(ref ReplicaId);
        wire.Int8(ref IsolationLevel, since: 2);
        wire.Array(ref Topics);
        wire.Tags();
    }

    public IWireStruct Refuse(KafkaError error) => Answer((_, partition) => new PartitionOffset { Index = partition.Index, Error = error });

    /// <summary>The answer that says of every partition what <paramref name="each"/> says.</summary>
    public ListOffsetsResponse Answer(Func<string, ListOffsetsPartition, PartitionOffset> each) => new()
    {
        Topics = Topics.Answer(each),
    };
}

internal sealed class ListOffsetsPartition : IWireStruct
{
    public int Index;
    public int CurrentLeaderEpoch = -1;
    public long Timestamp;

    public void Describe(Wire wire)
    {
        wire.Int32(ref Index);
        wire.Int32(ref CurrentLeaderEpoch, since: 4);
        wire.Int64(ref Timestamp);
        wire.Tags();
    }
}

internal sealed class ListOffsetsResponse : IWireStruct
{
    public int ThrottleTimeMs;
    public List<ByTopic<PartitionOffset>> Topics = [];

    public void Describe(Wire wire)
    {
        wire.Int32(ref ThrottleTimeMs, since: 2);
        wire.Array(ref Topics);
        wire.Tags();
    }
}

internal sealed class PartitionOffset : IWireStruct
{
    public int Index;
    public KafkaError Error;
    public long Timestamp = -1;
    public long Offset = -1;
    public int LeaderEpoch = -1;

    public void Describe(Wire wire)
    {
        wire.Int32(ref Index);
        wire.Error(ref Error);
        wire.Int64(ref Timestamp);
        wire.Int64(ref Offset);
        wire.Int32(ref LeaderEpoch, since: 4);
        wire.Tags();
    }
}
