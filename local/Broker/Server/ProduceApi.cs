using Millrace.Broker.Protocol;
using Millrace.Broker.Requests;
using Millrace.Broker.Topics;
using Millrace.Broker.Transactions;

namespace Millrace.Broker.Server;

/// <summary>Appends what producers send.</summary>
internal sealed class ProduceApi(TopicTable topics, TransactionCoordinator transactions)
{
    public IEnumerable<Api> Apis => [Api.Of<ProduceRequest>(Answer)];

    private IWireStruct Answer(ProduceRequest request) => request.Acks is 0 or 1 or -1
        ? request.Answer((topic, partition) => Append(topic, partition))
        : request.Refuse(KafkaError.InvalidRequiredAcks);

    private PartitionProduced Append(string topic, ProducePartition partition)
    {
        if (topics.Log(topic, partition.Index) is not { } log)
        {
            return new PartitionProduced { Index = partition.Index, Error = KafkaError.UnknownTopicOrPartition };
        }

        var batches = partition.Records is RecordBytes records ? records.Memory : default;
        var result = log.Append(batches, (producerId, epoch) => transactions.Check(producerId, epoch, topic, partition.Index));
        return new PartitionProduced
        {
            Index = partition.Index,
            Error = result.Error,
            ErrorMessage = result.Message,
            BaseOffset = result.BaseOffset,
            LogStartOffset = result.StartOffset,
        };
    }
}
