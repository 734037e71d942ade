using Millrace.Broker.Protocol;

namespace Millrace.Broker.Groups;

/// <summary>Asks for committed offsets; up to version 7 of exactly one group.</summary>
internal sealed class OffsetFetchRequest : IRequest
{
    /// <summary>One, until others are read.</summary>
    public List<Group> Groups = [new()];
    public bool RequireStable;

    public static ApiKey Key => ApiKey.OffsetFetch;

    public static VersionRange Versions => new(0, 8, FlexibleFrom: 6);

    public IWireStruct Refuse(KafkaError error) => new OffsetFetchResponse
    {
        Groups = [.. Groups.Select(group => OffsetFetchResponse.Group.Refused(group, error))],
    };

    public void Describe(Wire wire)
    {
        if (wire.Version < 8)
        {
            Groups = wire.IsReading ? [new Group()] : Groups;
            Groups[0].DescribeFields(wire);
        }

        wire.Array(ref Groups, since: 8);
        wire.Bool(ref RequireStable, since: 7);
        wire.Tags();
    }

    /// <summary>What is asked of one group.</summary>
    internal sealed class Group : IWireStruct
    {
        public string GroupId = "";

        /// <summary>Null asks for everything that the group has committed.</summary>
        public List<Topic>? Topics;

        public void Describe(Wire wire)
        {
            DescribeFields(wire);
            wire.Tags();
        }

        /// <summary>The fields, which stand in the request itself where it has only one group.</summary>
        public void DescribeFields(Wire wire)
        {
            wire.String(ref GroupId);
            wire.NullableArray(ref Topics);
        }
    }

    /// <summary>Partitions of one topic.</summary>
    internal sealed class Topic : IWireStruct
    {
        public string Name = "";
        public List<int> PartitionIndexes = [];

        public void Describe(Wire wire)
        {
            wire.String(ref Name);
            wire.Int32s(ref PartitionIndexes);
            wire.Tags();
        }
    }
}

/// <summary>Committed offsets.</summary>
internal sealed class OffsetFetchResponse : IWireStruct
{
    public int ThrottleTimeMs;
    public List<Group> Groups = [];

    public void Describe(Wire wire)
    {
        wire.Int32(ref ThrottleTimeMs, since: 3);
        if (wire.Version < 8)
        {
            Groups = wire.IsReading ? [new Group()] : Groups;
            Groups[0].DescribeFields(wire);
        }

        wire.Array(ref Groups, since: 8);
        wire.Tags();
    }

    /// <summary>Committed offsets of one group.</summary>
    internal sealed class Group : IWireStruct
    {
        public string GroupId = "";
        public List<ByTopic<Partition>> Topics = [];
        public KafkaError Error;

        /// <summary>The answer that refuses all that was asked of a group; versions without an error of the group say it of each partition.</summary>
        public static Group Refused(OffsetFetchRequest.Group asked, KafkaError error) => new()
        {
            GroupId = asked.GroupId,
            Error = error,
            Topics = [.. (asked.Topics ?? []).Select(topic => new ByTopic<Partition>
            {
                Name = topic.Name,
                Partitions = [.. topic.PartitionIndexes.Select(index => new Partition { Index = index, Error = error })],
            })],
        };

        public void Describe(Wire wire)
        {
            DescribeFields(wire);
            wire.Tags();
        }

        /// <summary>The fields, which stand in the answer itself where it has only one group.</summary>
        public void DescribeFields(Wire wire)
        {
            wire.String(ref GroupId, since: 8);
            wire.Array(ref Topics);
            wire.Error(ref Error, since: 2);
        }
    }

    /// <summary>The committed offset of one partition; -1 where there is none.</summary>
    internal sealed class Partition : IWireStruct
    {
        public int Index;
        public long CommittedOffset = -1;
        public int CommittedLeaderEpoch = -1;
        public string? Metadata = "";
        public KafkaError Error;

        public void Describe(Wire wire)
        {
            wire.Int32(ref Index);
            wire.Int64(ref CommittedOffset);
            wire.Int32(ref CommittedLeaderEpoch, since: 5);
            wire.NullableString(ref Metadata);
            wire.Error(ref Error);
            wire.Tags();
        }
    }
}
