namespace Millrace.Broker;

/// <summary>The error codes of Kafka's protocol that the broker gives, with their numbers.</summary>
public enum KafkaError : short
{
    /// <summary>Something that no other code says.</summary>
    UnknownServerError = -1,

    /// <summary>No error.</summary>
    None = 0,

    /// <summary>The offset lies outside of what the partition holds.</summary>
    OffsetOutOfRange = 1,

    /// <summary>A checksum does not fit, or a batch is damaged.</summary>
    CorruptMessage = 2,

    /// <summary>There is no such topic or partition.</summary>
    UnknownTopicOrPartition = 3,

    /// <summary>Nobody leads the partition at the moment.</summary>
    LeaderNotAvailable = 5,

    /// <summary>This broker does not lead the partition.</summary>
    NotLeaderOrFollower = 6,

    /// <summary>The request took longer than it allowed.</summary>
    RequestTimedOut = 7,

    /// <summary>A batch is larger than the topic allows.</summary>
    MessageTooLarge = 10,

    /// <summary>The metadata of a committed offset is too large.</summary>
    OffsetMetadataTooLarge = 12,

    /// <summary>The network failed.</summary>
    NetworkException = 13,

    /// <summary>The coordinator is still loading.</summary>
    CoordinatorLoadInProgress = 14,

    /// <summary>There is no coordinator at the moment.</summary>
    CoordinatorNotAvailable = 15,

    /// <summary>This broker does not coordinate the group.</summary>
    NotCoordinator = 16,

    /// <summary>The topic's name is not allowed.</summary>
    InvalidTopic = 17,

    /// <summary>The records of a request are too large.</summary>
    RecordListTooLarge = 18,

    /// <summary>There are too few replicas in sync.</summary>
    NotEnoughReplicas = 19,

    /// <summary>The acknowledgement asked for is not allowed.</summary>
    InvalidRequiredAcks = 21,

    /// <summary>The generation is not the group's.</summary>
    IllegalGeneration = 22,

    /// <summary>The member supports none of the group's assignors.</summary>
    InconsistentGroupProtocol = 23,

    /// <summary>The group's name is not allowed.</summary>
    InvalidGroupId = 24,

    /// <summary>The group does not know the member.</summary>
    UnknownMemberId = 25,

    /// <summary>The session timeout is out of range.</summary>
    InvalidSessionTimeout = 26,

    /// <summary>The group is rebalancing: the member has to join again.</summary>
    RebalanceInProgress = 27,

    /// <summary>The caller may not do that.</summary>
    ClusterAuthorizationFailed = 31,

    /// <summary>The timestamp of a record is not allowed.</summary>
    InvalidTimestamp = 32,

    /// <summary>The broker does not answer that version.</summary>
    UnsupportedVersion = 35,

    /// <summary>The topic exists already.</summary>
    TopicAlreadyExists = 36,

    /// <summary>The number of partitions is not allowed.</summary>
    InvalidPartitions = 37,

    /// <summary>The number of replicas is not allowed.</summary>
    InvalidReplicationFactor = 38,

    /// <summary>The assignment of replicas is not allowed.</summary>
    InvalidReplicaAssignment = 39,

    /// <summary>A setting or its value is not allowed.</summary>
    InvalidConfig = 40,

    /// <summary>The request makes no sense.</summary>
    InvalidRequest = 42,

    /// <summary>The format of the records is not supported.</summary>
    UnsupportedForMessageFormat = 43,

    /// <summary>The topic's policy forbids it.</summary>
    PolicyViolation = 44,

    /// <summary>A producer's sequence number is not the next one.</summary>
    OutOfOrderSequenceNumber = 45,

    /// <summary>A producer's sequence number was written before.</summary>
    DuplicateSequenceNumber = 46,

    /// <summary>A newer producer has taken over.</summary>
    InvalidProducerEpoch = 47,

    /// <summary>The transaction is in a state in which that cannot be done.</summary>
    InvalidTxnState = 48,

    /// <summary>The producer id does not belong to the transactional id.</summary>
    InvalidProducerIdMapping = 49,

    /// <summary>The timeout of a transaction is out of range.</summary>
    InvalidTransactionTimeout = 50,

    /// <summary>The transaction is being ended; ask again.</summary>
    ConcurrentTransactions = 51,

    /// <summary>The transaction's coordinator has changed.</summary>
    TransactionCoordinatorFenced = 52,

    /// <summary>The caller may not use that transactional id.</summary>
    TransactionalIdAuthorizationFailed = 53,

    /// <summary>Nothing was done, as another part of the request is in error.</summary>
    OperationNotAttempted = 55,

    /// <summary>A disk failed.</summary>
    KafkaStorageError = 56,

    /// <summary>The broker does not know the producer id.</summary>
    UnknownProducerId = 59,

    /// <summary>The group still has members.</summary>
    NonEmptyGroup = 68,

    /// <summary>There is no such group.</summary>
    GroupIdNotFound = 69,

    /// <summary>There is no such fetch session.</summary>
    FetchSessionIdNotFound = 70,

    /// <summary>The epoch of a fetch session is not the next one.</summary>
    InvalidFetchSessionEpoch = 71,

    /// <summary>The caller's epoch of leadership is older than the broker's.</summary>
    FencedLeaderEpoch = 74,

    /// <summary>The caller's epoch of leadership is newer than the broker's.</summary>
    UnknownLeaderEpoch = 75,

    /// <summary>The codec is not supported.</summary>
    UnsupportedCompressionType = 76,

    /// <summary>A member has to join again with the id that it is given.</summary>
    MemberIdRequired = 79,

    /// <summary>The group has as many members as it may have.</summary>
    GroupMaxSizeReached = 81,

    /// <summary>Another member took the place of this static one.</summary>
    FencedInstanceId = 82,

    /// <summary>The group subscribes to the topic, whose offsets can therefore not be deleted.</summary>
    GroupSubscribedToTopic = 86,

    /// <summary>A record is not allowed.</summary>
    InvalidRecord = 87,

    /// <summary>Offsets of a transaction that is still open stand in the way; ask again.</summary>
    UnstableOffsetCommit = 88,

    /// <summary>A newer producer has fenced this one.</summary>
    ProducerFenced = 90,

    /// <summary>There is no topic with that id.</summary>
    UnknownTopicId = 100,
}
