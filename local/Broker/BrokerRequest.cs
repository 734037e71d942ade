namespace Millrace.Broker;

/// <summary>The requests of the Kafka protocol that faults can be injected into, by their protocol's numbers.</summary>
public enum BrokerRequest : short
{
    /// <summary>Appends records to partitions.</summary>
    Produce = 0,

    /// <summary>Reads records of partitions.</summary>
    Fetch = 1,

    /// <summary>Asks for the offsets of a time, or of a partition's beginning or end.</summary>
    ListOffsets = 2,

    /// <summary>Asks for topics, partitions and their leaders.</summary>
    Metadata = 3,

    /// <summary>Commits offsets of a consumer group.</summary>
    OffsetCommit = 8,

    /// <summary>Reads the committed offsets of a consumer group.</summary>
    OffsetFetch = 9,

    /// <summary>Asks which broker coordinates a consumer group or a transactional producer.</summary>
    FindCoordinator = 10,

    /// <summary>Joins a consumer group.</summary>
    JoinGroup = 11,

    /// <summary>Tells a consumer group that the member lives.</summary>
    Heartbeat = 12,

    /// <summary>Leaves a consumer group.</summary>
    LeaveGroup = 13,

    /// <summary>Hands out the assignment of a consumer group.</summary>
    SyncGroup = 14,

    /// <summary>Starts an idempotent or a transactional producer, and fences the ones before it.</summary>
    InitProducerId = 22,

    /// <summary>Adds partitions to a transaction.</summary>
    AddPartitionsToTxn = 24,

    /// <summary>Adds a consumer group to a transaction.</summary>
    AddOffsetsToTxn = 25,

    /// <summary>Commits or aborts a transaction.</summary>
    EndTxn = 26,

    /// <summary>Commits offsets of a consumer group within a transaction.</summary>
    TxnOffsetCommit = 28,
}
