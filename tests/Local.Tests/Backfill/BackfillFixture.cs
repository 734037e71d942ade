using System.CommandLine;
using System.Text.Json;
using Confluent.Kafka;
using Millrace.Broker;
using Millrace.Core;
using Millrace.Kafka;

namespace Millrace.Local.Tests;

/// <summary>A broker with edits in two partitions, a second apart by their timestamps, and <c>millrace backfill</c> on it.</summary>
public abstract class BackfillFixture : IDisposable
{
    protected const string Topic = "mediawiki.revision-create";
    protected const string Live = "mediawiki.page_change.v1";
    protected const string Other = "mediawiki.page_content_change.v1";
    protected const int Partitions = 2;

    // The clock that the timestamps are of.
    private static readonly DateTimeOffset First = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private readonly EmbeddedBroker _broker = EmbeddedBroker.Start(new EmbeddedBrokerOptions { DefaultPartitions = 0 });

    // One for all that is written: no edit is there twice.
    private readonly SampleEvents _edits = new(1);

    protected BackfillFixture()
    {
        _broker.CreateTopic(Topic, Partitions);
        foreach (var topic in (string[])["mediawiki.page-create", Live, Other, "PageChange.error", "ToPostgres.error", "ToLake.error", "ToPostgres.replay"])
        {
            _broker.CreateTopic(topic);
        }

        Offsets = new ClusterOffsets("Kafka", Kafka);
    }

    internal KafkaOptions Kafka => new() { BootstrapServers = _broker.BootstrapServers };

    internal ClusterOffsets Offsets { get; }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        Offsets.Dispose();
        _broker.Dispose();
    }

    /// <summary>The time of the record at an offset of either partition.</summary>
    protected static string At(int offset) => Iso8601.Format(First.AddSeconds(offset));

    /// <summary>Appends edits, as many to each partition.</summary>
    protected void Write(int perPartition)
    {
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(Kafka.CreateProducerConfig()).SetLogHandler((_, _) => { }).Build();
        var start = (int)Offsets.End(new TopicPartition(Topic, 0));
        for (var i = 0; i < perPartition * Partitions; i++)
        {
            FeedEvent edit;
            do
            {
                edit = _edits.Next(First);
            }
            while (edit.Stream != Topic);

            producer.Produce(
                new TopicPartition(Topic, i % Partitions),
                new Message<byte[]?, byte[]?> { Value = edit.Value, Timestamp = new Timestamp(First.AddSeconds(start + (i / Partitions)).UtcDateTime) });
            if (i % 10_000 == 0)
            {
                producer.Flush();
            }
        }

        producer.Flush();
    }

    /// <summary>Lets the broker forget the first records of a partition, as retention does.</summary>
    protected async Task DeleteBeforeAsync(int partition, long offset)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = _broker.BootstrapServers }).SetLogHandler((_, _) => { }).Build();
        await admin.DeleteRecordsAsync([new TopicPartitionOffset(Topic, partition, offset)]);
    }

    /// <summary>The arguments of the command on this broker.</summary>
    protected string[] Arguments(params string[] arguments) => ["backfill", "--stage", "PageChange", "--kafka", _broker.BootstrapServers, "--json", .. arguments];

    protected (int ExitCode, string Output, string Error) Run(params string[] arguments) => RunAs(Arguments(arguments));

    protected static (int ExitCode, string Output, string Error) RunAs(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        var root = new RootCommand { BackfillCommand.Create() };
        var exitCode = root.Parse(arguments).Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        return (exitCode, output.ToString(), error.ToString());
    }

    /// <summary>Runs it to its end, and returns its summary.</summary>
    protected JsonElement Complete(params string[] arguments)
    {
        var run = Run(arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        return JsonElement.Parse(run.Output);
    }

    /// <summary>The ids of all that is committed in a topic of one partition.</summary>
    protected async Task<IReadOnlyList<string>> IdsAsync(string topic)
    {
        var ids = new List<string>();
        var config = Kafka.CreateConsumerConfig("test");
        config.EnablePartitionEof = true;
        using var consumer = new ConsumerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).Build();
        consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
        return await Task.Run(() =>
        {
            while (consumer.Consume(TimeSpan.FromSeconds(60)) is { IsPartitionEOF: false } record)
            {
                ids.Add(JsonElement.Parse(record.Message.Value).Child("meta").Child("id").Text()!);
            }

            return ids;
        });
    }

    /// <summary>The id that the live stage gives to the output for a record.</summary>
    protected static string IdOf(int partition, long offset) => EventIds.Of("PageChange", new StreamPosition(Topic, partition, offset));
}
