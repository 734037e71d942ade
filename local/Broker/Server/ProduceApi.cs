using System.Buffers.Binary;
using Millrace.Broker.Protocol;
using Millrace.Broker.Requests;
using Millrace.Broker.Storage;
using Millrace.Broker.Topics;
using Millrace.Broker.Transactions;

namespace Millrace.Broker.Server;

/// <summary>Appends what producers send.</summary>
internal sealed class ProduceApi(TopicTable topics, TransactionCoordinator transactions)
{
    // Where the attributes, the producer id and its epoch stand in a batch, and the bit that says that it belongs to a transaction.
    private const int AttributesAt = 21;
    private const int ProducerIdAt = 43;
    private const int ProducerEpochAt = 51;
    private const int TransactionalBit = 0x10;

    public IEnumerable<Api> Apis => [Api.Of<ProduceRequest>(Answer)];

    private IWireStruct? Answer(ProduceRequest request)
    {
        var answer = request.Acks is 0 or 1 or -1
            ? request.Answer((topic, partition) => Append(topic, partition))
            : request.Refuse(KafkaError.InvalidRequiredAcks);
        return request.Acks == 0 ? null : answer;
    }

    private PartitionProduced Append(string topic, ProducePartition partition)
    {
        if (topics.Log(topic, partition.Index) is not { } log)
        {
            return new PartitionProduced { Index = partition.Index, Error = KafkaError.UnknownTopicOrPartition };
        }

        var batches = partition.Records is RecordBytes records ? records.Memory : default;
        if (!MayAppend(topic, partition.Index, log, batches.Span))
        {
            return new PartitionProduced
            {
                Index = partition.Index,
                Error = KafkaError.InvalidTxnState,
                ErrorMessage = "The partition was not added to the producer's transaction.",
            };
        }

        var result = log.Append(batches);
        return new PartitionProduced
        {
            Index = partition.Index,
            Error = result.Error,
            ErrorMessage = result.Message,
            BaseOffset = result.BaseOffset,
            LogStartOffset = result.StartOffset,
        };
    }

    // The log knows the transactions that have begun in it; the coordinator is asked once for each.
    private bool MayAppend(string topic, int partition, PartitionLog log, ReadOnlySpan<byte> batch)
    {
        if (batch.Length < ProducerEpochAt + sizeof(short) || (BinaryPrimitives.ReadInt16BigEndian(batch[AttributesAt..]) & TransactionalBit) == 0)
        {
            return true;
        }

        var producerId = BinaryPrimitives.ReadInt64BigEndian(batch[ProducerIdAt..]);
        var epoch = BinaryPrimitives.ReadInt16BigEndian(batch[ProducerEpochAt..]);
        return log.HasOpenTransaction(producerId, epoch) || transactions.IsOngoing(producerId, epoch, topic, partition);
    }
}
