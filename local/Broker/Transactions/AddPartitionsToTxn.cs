using Millrace.Broker.Protocol;

namespace Millrace.Broker.Transactions;

/// <summary>Takes partitions into the producer's transaction, which begins with the first of them.</summary>
internal sealed class AddPartitionsToTxnRequest : IRequest
{
    public string TransactionalId = "";
    public long ProducerId;
    public short ProducerEpoch;
    public List<Topic> Topics = [];

    public static ApiKey Key => ApiKey.AddPartitionsToTxn;

    public static VersionRange Versions => new(0, 3, FlexibleFrom: 3);

    public void Describe(Wire wire)
    {
        wire.String(ref TransactionalId);
        wire.Int64(ref ProducerId);
        wire.Int16(ref ProducerEpoch);
        wire.Array(ref Topics);
        wire.Tags();
    }

    public IWireStruct Refuse(KafkaError error) => Answer(_ => error);

    /// <summary>The answer that says of every partition that was asked for what the function says.</summary>
    public AddPartitionsToTxnResponse Answer(Func<TransactionPartition, KafkaError> error) => new()
    {
        Topics = Topics.ConvertAll(topic => new ByTopic<PartitionError>
        {
            Name = topic.Name,
            Partitions = topic.Partitions.ConvertAll(partition => new PartitionError
            {
                Index = partition,
                Error = error(new(topic.Name, partition)),
            }),
        }),
    };

    internal sealed class Topic : IWireStruct
    {
        public string Name = "";
        public List<int> Partitions = [];

        public void Describe(Wire wire)
        {
            wire.String(ref Name);
            wire.Int32s(ref Partitions);
            wire.Tags();
        }
    }
}

/// <summary>What became of every partition: all are in the transaction, or none was added.</summary>
internal sealed class AddPartitionsToTxnResponse : IWireStruct
{
    public int ThrottleTimeMs;
    public List<ByTopic<PartitionError>> Topics = [];

    public void Describe(Wire wire)
    {
        wire.Int32(ref ThrottleTimeMs);
        wire.Array(ref Topics);
        wire.Tags();
    }
}
