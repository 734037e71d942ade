using Millrace.Broker.Protocol;

namespace Millrace.Broker.Groups;

/// <summary>Commits offsets of a group as a part of a transaction.</summary>
internal sealed class TxnOffsetCommitRequest : IRequest
{
    public string TransactionalId = "";
    public string GroupId = "";
    public long ProducerId;
    public short ProducerEpoch;
    public int GenerationId = -1;
    public string MemberId = "";
    public string? GroupInstanceId;
    public List<ByTopic<Partition>> Topics = [];

    public static ApiKey Key => ApiKey.TxnOffsetCommit;

    public static VersionRange Versions => new(0, 4, FlexibleFrom: 3);

    public IWireStruct Refuse(KafkaError error) => TxnOffsetCommitResponse.To(this, (_, _) => error);

    public void Describe(Wire wire)
    {
        wire.String(ref TransactionalId);
        wire.String(ref GroupId);
        wire.Int64(ref ProducerId);
        wire.Int16(ref ProducerEpoch);
        wire.Int32(ref GenerationId, since: 3);
        wire.String(ref MemberId, since: 3);
        wire.NullableString(ref GroupInstanceId, since: 3);
        wire.Array(ref Topics);
        wire.Tags();
    }

    /// <summary>The offset of one partition.</summary>
    internal sealed class Partition : IWireStruct
    {
        public int Index;
        public long CommittedOffset;
        public int CommittedLeaderEpoch = -1;
        public string? CommittedMetadata;

        public void Describe(Wire wire)
        {
            wire.Int32(ref Index);
            wire.Int64(ref CommittedOffset);
            wire.Int32(ref CommittedLeaderEpoch, since: 2);
            wire.NullableString(ref CommittedMetadata);
            wire.Tags();
        }
    }
}

/// <summary>Which of the offsets wait for the end of the transaction.</summary>
internal sealed class TxnOffsetCommitResponse : IWireStruct
{
    public int ThrottleTimeMs;
    public List<ByTopic<PartitionError>> Topics = [];

    /// <summary>Answers every partition of the request with what <paramref name="error"/> says of it.</summary>
    public static TxnOffsetCommitResponse To(TxnOffsetCommitRequest request, Func<string, TxnOffsetCommitRequest.Partition, KafkaError> error) => new()
    {
        Topics = request.Topics.Answer((topic, partition) => new PartitionError { Index = partition.Index, Error = error(topic, partition) }),
    };

    public void Describe(Wire wire)
    {
        wire.Int32(ref ThrottleTimeMs);
        wire.Array(ref Topics);
        wire.Tags();
    }
}
