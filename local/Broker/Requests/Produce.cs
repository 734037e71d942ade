using Millrace.Broker.Protocol;

namespace Millrace.Broker.Requests;

/// <summary>Append records.</summary>
internal sealed class ProduceRequest : IRequest
{
    public string? TransactionalId;

    /// <summary>−1 is all replicas, 1 the leader, 0 no answer at all.</summary>
    public short Acks;
    public int TimeoutMs;
    public List<ByTopic<ProducePartition>> Topics = [];

    public static ApiKey Key => ApiKey.Produce;

    public static VersionRange Versions => new(0, 10, FlexibleFrom: 9);

    public void Describe(Wire wire)
    {
        wire.NullableString(ref TransactionalId, since: 3);
        wire.Int16(ref Acks);
        wire.Int32(ref TimeoutMs);
        wire.Array(ref Topics);
        wire.Tags();
    }

    public bool WantsAnswer => Acks != 0;

    public IWireStruct Refuse(KafkaError error) => Answer((_, partition) => new PartitionProduced { Index = partition.Index, Error = error });

    /// <summary>The answer that says of every partition what <paramref name="each"/> says.</summary>
    public ProduceResponse Answer(Func<string, ProducePartition, PartitionProduced> each) => new()
    {
        Topics = Topics.Answer(each),
    };
}

internal sealed class ProducePartition : IWireStruct
{
    public int Index;
    public IRecords? Records;

    public void Describe(Wire wire)
    {
        wire.Int32(ref Index);
        wire.Records(ref Records);
        wire.Tags();
    }
}

internal sealed class ProduceResponse : IWireStruct
{
    public List<ByTopic<PartitionProduced>> Topics = [];
    public int ThrottleTimeMs;

    public void Describe(Wire wire)
    {
        wire.Array(ref Topics);
        wire.Int32(ref ThrottleTimeMs, since: 1);
        wire.Tags();
    }
}

internal sealed class PartitionProduced : IWireStruct
{
    public int Index;
    public KafkaError Error;
    public long BaseOffset = -1;

    /// <summary>−1: the records keep the time that the producer gave them.</summary>
    public long LogAppendTimeMs = -1;
    public long LogStartOffset = -1;
    public List<RecordRefused> RecordErrors = [];
    public string? ErrorMessage;

    public void Describe(Wire wire)
    {
        wire.Int32(ref Index);
        wire.Error(ref Error);
        wire.Int64(ref BaseOffset);
        wire.Int64(ref LogAppendTimeMs, since: 2);
        wire.Int64(ref LogStartOffset, since: 5);
        wire.Array(ref RecordErrors, since: 8);
        wire.NullableString(ref ErrorMessage, since: 8);
        wire.Tags();
    }
}

internal sealed class RecordRefused : IWireStruct
{
    public int BatchIndex;
    public string? Reason;

    public void Describe(Wire wire)
    {
        wire.Int32(ref BatchIndex);
        wire.NullableString(ref Reason);
        wire.Tags();
    }
}
