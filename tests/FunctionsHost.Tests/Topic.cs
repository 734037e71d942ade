using Confluent.Kafka;
using Millrace.Broker;

namespace Millrace.FunctionsHost.Tests;

/// <summary>A topic on a broker of its own, and a consumer group's progress on it.</summary>
public sealed class Topic : IDisposable
{
    public const string Name = "events";
    public const string Group = "group";

    private readonly IProducer<byte[]?, byte[]?> _producer;
    private readonly IConsumer<byte[], byte[]> _observer;

    public Topic(int partitions = 1)
    {
        Broker = EmbeddedBroker.Start();
        Broker.CreateTopic(Name, partitions);
        Partitions = [.. Enumerable.Range(0, partitions).Select(partition => new TopicPartition(Name, partition))];
        _producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = Broker.BootstrapServers, LingerMs = 0 }).SetLogHandler((_, _) => { }).Build();
        _observer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig { BootstrapServers = Broker.BootstrapServers, GroupId = Group }).SetLogHandler((_, _) => { }).Build();
    }

    public EmbeddedBroker Broker { get; }

    public TopicPartition[] Partitions { get; }

    /// <summary>Appends a record.</summary>
    public Task ProduceAsync(Message<byte[]?, byte[]?> record, int partition = 0, string topic = Name) =>
        _producer.ProduceAsync(new TopicPartition(topic, partition), record);

    /// <summary>Appends that many records to each partition, the partitions in turn.</summary>
    public async Task ProduceAsync(int perPartition)
    {
        for (var i = 0; i < perPartition; i++)
        {
            foreach (var partition in Partitions)
            {
                await ProduceAsync(new Message<byte[]?, byte[]?> { Value = [(byte)i] }, partition.Partition);
            }
        }
    }

    /// <summary>What the group has committed, by partition; null where it has not.</summary>
    /// <remarks>Asked when the host has stopped, it is all that the host stored: leaving the group commits it.</remarks>
    public long?[] Committed() =>
        [.. _observer.Committed(Partitions, Calls.Patience).Select(partition => partition.Offset == Offset.Unset ? (long?)null : partition.Offset.Value)];

    public void Dispose()
    {
        _producer.Dispose();
        _observer.Dispose();
        Broker.Dispose();
    }
}
