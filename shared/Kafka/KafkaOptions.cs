using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Confluent.Kafka;

namespace Millrace.Kafka;

/// <summary>How to reach Kafka: the <c>Kafka</c> section of the settings.</summary>
/// <remarks>
/// Settings of the client library pass through by their own names and are described in librdkafka's CONFIGURATION.md:
/// <c>Kafka:Client:security.protocol=sasl_ssl</c>, <c>Kafka:Producer:compression.type=zstd</c>.
/// </remarks>
public sealed class KafkaOptions
{
    private const string RecoveryStrategy = "metadata.recovery.strategy";

    /// <summary>The brokers to start from: <c>host:port</c>, several with commas.</summary>
    [Required(ErrorMessage = "set KAFKA_BOOTSTRAP_SERVERS to the brokers to start from, host:port with commas between")]
    public string? BootstrapServers { get; set; }

    /// <summary>Settings of every client.</summary>
    public Dictionary<string, string> Client { get; } = [];

    /// <summary>Settings of producers, over those of every client.</summary>
    public Dictionary<string, string> Producer { get; } = [];

    /// <summary>How long a partition's transactional producer stays open unused; one of a lost partition goes by this.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan SessionIdleTime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How many partitions may have a transactional producer at a time, over all stages of the process; each costs some threads
    /// and connections. Further ones wait until another is idle, and each batch then pays for opening: give it as many as there are partitions.
    /// </summary>
    [Range(1, 10_000)]
    public int MaxSessions { get; set; } = 512;

    /// <summary>A producer that loses and repeats nothing by itself: acknowledged by all replicas, idempotent, in order.</summary>
    /// <param name="maxMessageBytes">The largest record to be produced, in bytes.</param>
    public ProducerConfig CreateProducerConfig(int maxMessageBytes = 1_000_000)
    {
        var config = new ProducerConfig
        {
            BootstrapServers = BootstrapServers,
            Acks = Acks.All,
            EnableIdempotence = true,
            // Java's choice of partition, so that a key has one partition whoever produces it.
            Partitioner = Partitioner.Murmur2Random,
            // Beyond that, batches hardly grow at the rates where it counts, and a stage waits for the last of each.
            LingerMs = 1,
            MessageMaxBytes = maxMessageBytes,
            QueueBufferingMaxKbytes = Math.Max(128 * 1024, (maxMessageBytes / 1024) + 1),
            // Shorter than max.poll.interval.ms: an unreachable broker is reported while the trigger still owns its partitions.
            MessageTimeoutMs = 60_000,
            DeliveryReportFields = "status",
        };
        Apply(config, Client);
        Apply(config, Producer);
        FitRecords(config);
        return config;
    }

    /// <summary>A producer whose writes are one whole with the offsets of their inputs, and that fences the one before of the same id.</summary>
    /// <param name="transactionalId">Whose successor it is.</param>
    /// <param name="maxMessageBytes">The largest record to be produced, in bytes.</param>
    /// <remarks>There are many of them: what waits is bounded more strictly than in a producer for all, and threads wake up less often.</remarks>
    public ProducerConfig CreateTransactionalConfig(string transactionalId, int maxMessageBytes = 1_000_000)
    {
        var config = new ProducerConfig
        {
            CancellationDelayMaxMs = 1_000,
            ClientId = transactionalId,
            TransactionTimeoutMs = 60_000,
            QueueBufferingMaxKbytes = Math.Max(16 * 1024, (maxMessageBytes / 1024) + 1),
        };
        foreach (var (name, value) in CreateProducerConfig(maxMessageBytes))
        {
            if (name != "queue.buffering.max.kbytes" || Client.ContainsKey(name) || Producer.ContainsKey(name))
            {
                config.Set(name, value);
            }
        }

        config.TransactionalId = transactionalId;
        if (!Client.ContainsKey(RecoveryStrategy) && !Producer.ContainsKey(RecoveryStrategy))
        {
            // Starting over from the bootstrap servers, the library forgets a group's coordinator whom it is waiting for, and waits for ever.
            // A producer that finds no broker is replaced by a new one, which begins there anyway.
            config.Set(RecoveryStrategy, "none");
        }

        FitRecords(config);
        return config;
    }

    /// <summary>A consumer that reads what is committed and commits nothing by itself.</summary>
    /// <param name="group">The consumer group; only its offsets are used, where partitions are assigned by hand.</param>
    public ConsumerConfig CreateConsumerConfig(string group)
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = BootstrapServers,
            GroupId = group,
            EnableAutoCommit = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            IsolationLevel = IsolationLevel.ReadCommitted,
        };
        Apply(config, Client);
        return config;
    }

    // A record larger than all the room there is would wait for room for ever; as one that is too large, it is refused.
    private static void FitRecords(ProducerConfig config)
    {
        const string Record = "message.max.bytes", Room = "queue.buffering.max.kbytes";
        if (long.TryParse(config.Get(Record), out var record) && long.TryParse(config.Get(Room), out var room) && room > 0 && record > room * 1024)
        {
            config.Set(Record, (room * 1024).ToString(CultureInfo.InvariantCulture));
        }
    }

    private static void Apply(ClientConfig config, Dictionary<string, string> settings)
    {
        foreach (var (name, value) in settings)
        {
            config.Set(name, value);
        }
    }
}
