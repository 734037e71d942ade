using Millrace.Broker.Protocol;

namespace Millrace.Broker.Requests;

/// <summary>Delete the records below an offset.</summary>
internal sealed class DeleteRecordsRequest : IRequest
{
    public List<ByTopic<DeleteRecordsPartition>> Topics = [];
    public int TimeoutMs;

    public static ApiKey Key => ApiKey.DeleteRecords;

    public static VersionRange Versions => new(0, 2, FlexibleFrom: 2);

    public void Describe(Wire wire)
    {
        wire.Array(ref Topics);
        wire.Int32(ref TimeoutMs);
        wire.Tags();
    }

    public IWireStruct Refuse(KafkaError error) => Answer((_, partition) => new RecordsDeleted { Index = partition.Index, Error = error });

    /// <summary>The answer that says of every partition what <paramref name="each"/> says.</summary>
    public DeleteRecordsResponse Answer(Func<string, DeleteRecordsPartition, RecordsDeleted> each) => new()
    {
        Topics = Topics.Answer(each),
    };
}

internal sealed class DeleteRecordsPartition : IWireStruct
{
    public int Index;

    /// <summary>−1 is the end.</summary>
    public long Offset;

    public void Describe(Wire wire)
    {
        wire.Int32(ref Index);
        wire.Int64(ref Offset);
        wire.Tags();
    }
}

internal sealed class DeleteRecordsResponse : IWireStruct
{
    public int ThrottleTimeMs;
    public List<ByTopic<RecordsDeleted>> Topics = [];

    public void Describe(Wire wire)
    {
        wire.Int32(ref ThrottleTimeMs);
        wire.Array(ref Topics);
        wire.Tags();
    }
}

internal sealed class RecordsDeleted : IWireStruct
{
    public int Index;
    public long LowWatermark = -1;
    public KafkaError Error;

    public void Describe(Wire wire)
    {
        wire.Int32(ref Index);
        wire.Int64(ref LowWatermark);
        wire.Error(ref Error);
        wire.Tags();
    }
}
