using Millrace.Broker.Protocol;

namespace Millrace.Broker.Requests;

/// <summary>Where an epoch of leadership ended; here there is only one, which has not.</summary>
internal sealed class OffsetForLeaderEpochRequest : IRequest
{
    public int ReplicaId = -2;
    public List<ByTopic<EpochPartition>> Topics = [];

    public static ApiKey Key => ApiKey.OffsetForLeaderEpoch;

    public static VersionRange Versions => new(0, 4, FlexibleFrom: 4);

    public void Describe(Wire wire)
    {
        wire.Int32(ref ReplicaId, since: 3);
        wire.Array(ref Topics);
        wire.Tags();
    }

    public IWireStruct Refuse(KafkaError error) => Answer((_, partition) => new EpochEnd { Index = partition.Index, Error = error });

    /// <summary>The answer that says of every partition what <paramref name="each"/> says.</summary>
    public OffsetForLeaderEpochResponse Answer(Func<string, EpochPartition, EpochEnd> each) => new()
    {
        Topics = Topics.Answer(each),
    };
}

internal sealed class EpochPartition : IWireStruct
{
    public int Index;
    public int CurrentLeaderEpoch = -1;
    public int LeaderEpoch;

    public void Describe(Wire wire)
    {
        wire.Int32(ref Index);
        wire.Int32(ref CurrentLeaderEpoch, since: 2);
        wire.Int32(ref LeaderEpoch);
        wire.Tags();
    }
}

internal sealed class OffsetForLeaderEpochResponse : IWireStruct
{
    public int ThrottleTimeMs;
    public List<ByTopic<EpochEnd>> Topics = [];

    public void Describe(Wire wire)
    {
        wire.Int32(ref ThrottleTimeMs, since: 2);
        wire.Array(ref Topics);
        wire.Tags();
    }
}

internal sealed class EpochEnd : IWireStruct
{
    public KafkaError Error;
    public int Index;
    public int LeaderEpoch = -1;
    public long EndOffset = -1;

    public void Describe(Wire wire)
    {
        wire.Error(ref Error);
        wire.Int32(ref Index);
        wire.Int32(ref LeaderEpoch, since: 1);
        wire.Int64(ref EndOffset);
        wire.Tags();
    }
}
