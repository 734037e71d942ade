using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Millrace.Benchmarks;

/// <summary>What the broker is measured with: values of 1 KB, 8 partitions, acknowledged by all, idempotent.</summary>
internal sealed class BrokerLoad(string bootstrapServers)
{
    public const int Partitions = 8;
    private const int MaxUnderWay = 90_000;
    private const int TransactionEvents = 1_000;
    private static readonly TimeSpan TransactionTime = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly byte[] Value = NewValue();
    private int _groups;

    public async Task<string> CreateTopicAsync(string name)
    {
        using var admin = Admin();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = name, NumPartitions = Partitions }]);
        return name;
    }

    public async Task DeleteTopicsAsync(params string[] names)
    {
        using var admin = Admin();
        await admin.DeleteTopicsAsync(names);
    }

    public void Produce(string topic, int events)
    {
        using var producer = Producer();
        var sending = new Sending(producer);
        for (var i = 0; i < events; i++)
        {
            sending.Send(topic, i % Partitions, Value);
        }

        sending.Flush();
    }

    public void Consume(string topic, int events)
    {
        using var consumer = Consumer(topic);
        for (var consumed = 0; consumed < events; consumed++)
        {
            Next(consumer);
        }
    }

    /// <summary>Consumes and produces, and commits the offsets when what was produced is acknowledged.</summary>
    public void PassThrough(string input, string output, int events, int commitEvery)
    {
        using var consumer = Consumer(input);
        using var producer = Producer();
        var (sending, offsets) = (new Sending(producer), new Offsets(input));
        for (var passed = 1; passed <= events; passed++)
        {
            Pass(Next(consumer), output, sending, offsets);
            if (passed % commitEvery == 0)
            {
                sending.Flush();
                consumer.Commit(offsets.Take());
            }
        }

        sending.Flush();
    }

    /// <summary>Consumes and produces in transactions of 1,000 events or 100 ms, offsets included.</summary>
    public void PassThroughInTransactions(string input, string output, int events)
    {
        using var consumer = Consumer(input);
        using var producer = Producer(config => config.TransactionalId = $"benchmark-{Interlocked.Increment(ref _groups)}");
        producer.InitTransactions(Patience);
        var (sending, offsets) = (new Sending(producer), new Offsets(input));
        for (var passed = 0; passed < events;)
        {
            producer.BeginTransaction();
            var began = TimeProvider.System.GetTimestamp();
            for (var held = 0; held < TransactionEvents && passed < events && TimeProvider.System.GetElapsedTime(began) < TransactionTime; held++, passed++)
            {
                Pass(Next(consumer), output, sending, offsets);
            }

            producer.SendOffsetsToTransaction(offsets.Take(), consumer.ConsumerGroupMetadata, Patience);
            producer.CommitTransaction(Patience);
        }

        sending.Flush();
    }

    public IProducer<Null, byte[]> Producer(Action<ProducerConfig>? configure = null)
    {
        var config = new ProducerConfig { BootstrapServers = bootstrapServers, EnableIdempotence = true, Acks = Acks.All };
        configure?.Invoke(config);
        return new ProducerBuilder<Null, byte[]>(config).Build();
    }

    /// <summary>A consumer of all of a topic, from its beginning.</summary>
    public IConsumer<Ignore, byte[]> Consumer(string topic)
    {
        var consumer = new ConsumerBuilder<Ignore, byte[]>(new ConsumerConfig
        {
            BootstrapServers = bootstrapServers,
            GroupId = $"benchmark-{Interlocked.Increment(ref _groups)}",
            EnableAutoCommit = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            IsolationLevel = IsolationLevel.ReadCommitted,

            // A broker that fills the client's queue is not asked again for so long: the default, a second, would be measured.
            FetchQueueBackoffMs = 5,
        }).Build();
        consumer.Assign(Enumerable.Range(0, Partitions).Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        return consumer;
    }

    private IAdminClient Admin() => new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrapServers }).Build();

    private static void Pass(ConsumeResult<Ignore, byte[]> record, string output, Sending sending, Offsets offsets)
    {
        sending.Send(output, record.Partition.Value, record.Message.Value);
        offsets.Add(record.Partition.Value, record.Offset.Value);
    }

    private static ConsumeResult<Ignore, byte[]> Next(IConsumer<Ignore, byte[]> consumer) =>
        consumer.Consume(Patience) ?? throw new TimeoutException($"No record came within {Patience.TotalSeconds} s.");

    // Bytes that no codec would shrink, as if they were compressed already.
    private static byte[] NewValue()
    {
        var value = new byte[1_000];
        new Random(1).NextBytes(value);
        return value;
    }

    /// <summary>The next offset of each partition that has had records.</summary>
    private sealed class Offsets(string topic)
    {
        private readonly long[] _next = new long[Partitions];

        public void Add(int partition, long offset) => _next[partition] = offset + 1;

        public IEnumerable<TopicPartitionOffset> Take()
        {
            for (var partition = 0; partition < Partitions; partition++)
            {
                if (_next[partition] > 0)
                {
                    yield return new TopicPartitionOffset(topic, partition, _next[partition]);
                }
            }
        }
    }

    /// <summary>Records that are under way, no more than the client holds.</summary>
    private sealed class Sending
    {
        private readonly IProducer<Null, byte[]> _producer;
        private readonly Action<DeliveryReport<Null, byte[]>> _onReport;
        private long _sent;
        private long _reported;
        private Error? _refused;

        public Sending(IProducer<Null, byte[]> producer)
        {
            _producer = producer;
            _onReport = report =>
            {
                if (report.Error.IsError)
                {
                    _refused = report.Error;
                }

                Interlocked.Increment(ref _reported);
            };
        }

        public void Send(string topic, int partition, byte[] value)
        {
            while (_sent - Volatile.Read(ref _reported) >= MaxUnderWay)
            {
                _producer.Poll(TransactionTime);
            }

            _producer.Produce(new TopicPartition(topic, partition), new Message<Null, byte[]> { Value = value }, _onReport);
            _sent++;
        }

        public void Flush()
        {
            _producer.Flush(Patience);
            if (_refused is not null || Volatile.Read(ref _reported) != _sent)
            {
                throw new InvalidOperationException($"{_reported} of {_sent} records were acknowledged; {_refused}");
            }
        }
    }
}
