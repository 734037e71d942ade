namespace Millrace.Broker;

/// <summary>The requests of Kafka's protocol that the broker answers, with their numbers.</summary>
public enum ApiKey : short
{
    /// <summary>Append records.</summary>
    Produce = 0,

    /// <summary>Read records.</summary>
    Fetch = 1,

    /// <summary>Find offsets by time, and the ends of partitions.</summary>
    ListOffsets = 2,

    /// <summary>Which topics and brokers there are.</summary>
    Metadata = 3,

    /// <summary>Commit a group's offsets.</summary>
    OffsetCommit = 8,

    /// <summary>Read a group's committed offsets.</summary>
    OffsetFetch = 9,

    /// <summary>Which broker coordinates a group or a transactional producer.</summary>
    FindCoordinator = 10,

    /// <summary>Join a group.</summary>
    JoinGroup = 11,

    /// <summary>Stay in a group.</summary>
    Heartbeat = 12,

    /// <summary>Leave a group.</summary>
    LeaveGroup = 13,

    /// <summary>Exchange a group's assignment.</summary>
    SyncGroup = 14,

    /// <summary>Describe groups and their members.</summary>
    DescribeGroups = 15,

    /// <summary>List groups.</summary>
    ListGroups = 16,

    /// <summary>Which requests the broker answers.</summary>
    ApiVersions = 18,

    /// <summary>Create topics.</summary>
    CreateTopics = 19,

    /// <summary>Delete topics.</summary>
    DeleteTopics = 20,

    /// <summary>Delete the records below an offset.</summary>
    DeleteRecords = 21,

    /// <summary>Get a producer id and epoch, fencing whoever had the transactional id before.</summary>
    InitProducerId = 22,

    /// <summary>Where an epoch of leadership ended.</summary>
    OffsetForLeaderEpoch = 23,

    /// <summary>Take partitions into a transaction.</summary>
    AddPartitionsToTxn = 24,

    /// <summary>Take a group's offsets into a transaction.</summary>
    AddOffsetsToTxn = 25,

    /// <summary>Commit or abort a transaction.</summary>
    EndTxn = 26,

    /// <summary>Commit a group's offsets within a transaction.</summary>
    TxnOffsetCommit = 28,

    /// <summary>Read the configuration of topics and of the broker.</summary>
    DescribeConfigs = 32,

    /// <summary>Add partitions to topics.</summary>
    CreatePartitions = 37,

    /// <summary>Delete groups.</summary>
    DeleteGroups = 42,

    /// <summary>Change the configuration of topics.</summary>
    IncrementalAlterConfigs = 44,

    /// <summary>Delete committed offsets of a group.</summary>
    OffsetDelete = 47,

    /// <summary>Describe the cluster.</summary>
    DescribeCluster = 60,
}
