using Millrace.Broker.Protocol;

namespace Millrace.Broker.Groups;

/// <summary>Commits offsets of a group.</summary>
internal sealed class OffsetCommitRequest : IRequest
{
    public string GroupId = "";
    public int GenerationId = -1;
    public string MemberId = "";
    public string? GroupInstanceId;
    public long RetentionTimeMs = -1;
    public List<ByTopic<Partition>> Topics = [];

    public static ApiKey Key => ApiKey.OffsetCommit;

    public static VersionRange Versions => new(0, 8, FlexibleFrom: 8);

    public IWireStruct Refuse(KafkaError error) => OffsetCommitResponse.To(this, (_, _) => error);

    public void Describe(Wire wire)
    {
        wire.String(ref GroupId);
        wire.Int32(ref GenerationId, since: 1);
        wire.String(ref MemberId, since: 1);
        wire.NullableString(ref GroupInstanceId, since: 7);
        wire.Int64(ref RetentionTimeMs, since: 2, until: 4);
        wire.Array(ref Topics);
        wire.Tags();
    }

    /// <summary>The offset of one partition.</summary>
    internal sealed class Partition : IWireStruct
    {
        public int Index;
        public long CommittedOffset;
        public int CommittedLeaderEpoch = -1;
        public long CommitTimestamp = -1;
        public string? CommittedMetadata;

        public void Describe(Wire wire)
        {
            wire.Int32(ref Index);
            wire.Int64(ref CommittedOffset);
            wire.Int32(ref CommittedLeaderEpoch, since: 6);
            wire.Int64(ref CommitTimestamp, since: 1, until: 1);
            wire.NullableString(ref CommittedMetadata);
            wire.Tags();
        }
    }
}

/// <summary>Which of the offsets are committed.</summary>
internal sealed class OffsetCommitResponse : IWireStruct
{
    public int ThrottleTimeMs;
    public List<ByTopic<PartitionError>> Topics = [];

    /// <summary>Answers every partition of the request with what <paramref name="error"/> says of it.</summary>
    public static OffsetCommitResponse To(OffsetCommitRequest request, Func<string, OffsetCommitRequest.Partition, KafkaError> error) => new()
    {
        Topics = request.Topics.Answer((topic, partition) => new PartitionError { Index = partition.Index, Error = error(topic, partition) }),
    };

    public void Describe(Wire wire)
    {
        wire.Int32(ref ThrottleTimeMs, since: 3);
        wire.Array(ref Topics);
        wire.Tags();
    }
}
