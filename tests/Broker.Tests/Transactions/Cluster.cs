using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Millrace.Broker.Server;
using Millrace.Broker.Storage;
using Millrace.Broker.Transactions;

namespace Millrace.Broker.Tests.Transactions;

/// <summary>A coordinator with a journal and participants that outlive it, and short words for what clients ask.</summary>
internal sealed class Cluster : IDisposable
{
    public const string Topic = "t";

    private readonly Journal _journal = Journal.InMemory();
    private readonly TransactionOptions _options;
    private readonly Func<string, int, ITransactionParticipant?> _lookup;

    public Cluster(TransactionOptions? options = null, int partitions = 3, Func<string, int, ITransactionParticipant?>? lookup = null)
    {
        _lookup = lookup ?? ((topic, partition) => Partitions.GetValueOrDefault((topic, partition)));
        _options = options ?? new TransactionOptions();
        Store = new CountedStore(new JournaledTransactions(_journal));
        for (var i = 0; i < partitions; i++)
        {
            Partitions[(Topic, i)] = new FakeParticipant();
        }

        Coordinator = Open();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public CountedStore Store { get; }

    public Dictionary<(string Topic, int Partition), FakeParticipant> Partitions { get; } = [];

    public Dictionary<string, FakeParticipant> Groups { get; } = [];

    public TransactionCoordinator Coordinator { get; private set; }

    /// <summary>Every step that may fail: before and after each write, and at the beginning and end of what each participant is told.</summary>
    public Action Step
    {
        set
        {
            Store.Step = value;
            foreach (var participant in Partitions.Values.Concat(Groups.Values))
            {
                participant.Step = value;
            }
        }
    }

    public void Dispose()
    {
        Coordinator.Dispose();
        _journal.Dispose();
    }

    public void Restart()
    {
        Coordinator.Dispose();
        Coordinator = Open();
        Coordinator.Recover();
    }

    public FakeParticipant Group(string group)
    {
        if (!Groups.TryGetValue(group, out var participant))
        {
            Groups[group] = participant = new FakeParticipant();
        }

        return participant;
    }

    public InitProducerIdResponse Init(string? id = "id", int timeoutMs = 60_000, ProducerIdentity? expected = null, short version = 4) => Coordinator.InitProducerId(
        new InitProducerIdRequest
        {
            TransactionalId = id,
            TransactionTimeoutMs = timeoutMs,
            ProducerId = expected?.Id ?? -1,
            ProducerEpoch = expected?.Epoch ?? -1,
        },
        Context(version));

    /// <summary>A producer that the coordinator has let in.</summary>
    public ProducerIdentity Producer(string? id = "id", int timeoutMs = 60_000, ProducerIdentity? expected = null)
    {
        var response = Init(id, timeoutMs, expected);
        Assert.Equal(KafkaError.None, response.Error);
        return new(response.ProducerId, response.ProducerEpoch);
    }

    public AddPartitionsToTxnResponse AddPartitions(ProducerIdentity producer, IEnumerable<(string Topic, int Partition)> partitions, short version = 3, string id = "id") => Coordinator.AddPartitionsToTxn(
        new AddPartitionsToTxnRequest
        {
            TransactionalId = id,
            ProducerId = producer.Id,
            ProducerEpoch = producer.Epoch,
            Topics = [.. partitions.GroupBy(one => one.Topic).Select(topic => new AddPartitionsToTxnRequest.Topic { Name = topic.Key, Partitions = [.. topic.Select(one => one.Partition)] })],
        },
        Context(version));

    /// <summary>Adds partitions of <see cref="Topic"/>, which all get the same answer.</summary>
    public KafkaError Add(ProducerIdentity producer, params int[] partitions) => AddTo("id", producer, 3, partitions);

    public KafkaError AddTo(string id, ProducerIdentity producer, short version, params int[] partitions) =>
        Assert.Single(AddPartitions(producer, partitions.Select(partition => (Topic, partition)), version, id).Topics.SelectMany(topic => topic.Partitions).Select(partition => partition.Error).Distinct());

    public KafkaError AddGroup(ProducerIdentity producer, string group, short version = 3, string id = "id") => Coordinator.AddOffsetsToTxn(
        new AddOffsetsToTxnRequest { TransactionalId = id, ProducerId = producer.Id, ProducerEpoch = producer.Epoch, GroupId = group },
        Context(version)).Error;

    public KafkaError End(ProducerIdentity producer, bool committed, short version = 3, string id = "id") => Coordinator.EndTxn(
        new EndTxnRequest { TransactionalId = id, ProducerId = producer.Id, ProducerEpoch = producer.Epoch, Committed = committed },
        Context(version)).Error;

    /// <summary>Writes to a partition as the broker lets a client do it.</summary>
    public bool Append(ProducerIdentity producer, int partition, string value) =>
        Coordinator.Check(producer.Id, producer.Epoch, Topic, partition) is KafkaError.None && Partitions[(Topic, partition)].Append(producer.Id, producer.Epoch, value);

    private static RequestContext Context(short version) => new("test", "127.0.0.1", version, CancellationToken.None);

    private TransactionCoordinator Open() => new(
        Store,
        Time,
        NullLogger.Instance,
        _options,
        new TransactionParticipants(_lookup, Group));
}
