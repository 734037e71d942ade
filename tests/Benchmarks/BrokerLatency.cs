using System.Buffers.Binary;
using System.Globalization;
using Confluent.Kafka;

namespace Millrace.Benchmarks;

/// <summary>How long an event takes over two topics, with a client between them that passes it on, at 200 events a second.</summary>
internal sealed record BrokerLatency(TimeSpan P50, TimeSpan P99)
{
    private const int Events = 1_000;

    // The first second belongs to connections and to first fetches.
    private const int WarmUp = 200;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan TransactionTime = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{P50.TotalMilliseconds:F1} / {P99.TotalMilliseconds:F1}");

    /// <param name="load">The broker's clients.</param>
    /// <param name="input">The first topic.</param>
    /// <param name="output">The second topic.</param>
    /// <param name="isTransactional">Whether what is passed on is committed in a transaction each 100 ms.</param>
    public static async Task<BrokerLatency> MeasureAsync(BrokerLoad load, string input, string output, bool isTransactional)
    {
        using var stop = new CancellationTokenSource();
        var relay = Run(() => Relay(load, input, output, isTransactional, stop.Token));
        var latencies = Run(() => Collect(load, output));
        await FeedAsync(load, input);
        var sorted = (await latencies).Skip(WarmUp).Order().ToArray();
        await stop.CancelAsync();
        await relay;
        return new BrokerLatency(sorted[sorted.Length / 2], sorted[sorted.Length * 99 / 100]);
    }

    private static async Task FeedAsync(BrokerLoad load, string topic)
    {
        using var producer = load.Producer(config => config.LingerMs = 0);
        using var timer = new PeriodicTimer(Interval, TimeProvider.System);
        for (var i = 0; i < Events; i++)
        {
            await timer.WaitForNextTickAsync();
            var value = new byte[1_000];
            BinaryPrimitives.WriteInt64LittleEndian(value, TimeProvider.System.GetTimestamp());
            producer.Produce(new TopicPartition(topic, i % BrokerLoad.Partitions), new Message<Null, byte[]> { Value = value });
        }

        producer.Flush(Patience);
    }

    private static int Relay(BrokerLoad load, string input, string output, bool isTransactional, CancellationToken stop)
    {
        using var consumer = load.Consumer(input);
        using var producer = load.Producer(config => (config.LingerMs, config.TransactionalId) = (0, isTransactional ? $"relay-{input}" : null));
        if (isTransactional)
        {
            producer.InitTransactions(Patience);
        }

        var passed = 0;
        while (!stop.IsCancellationRequested)
        {
            if (consumer.Consume(TransactionTime) is not { } first)
            {
                continue;
            }

            if (isTransactional)
            {
                producer.BeginTransaction();
            }

            var (began, last) = (TimeProvider.System.GetTimestamp(), first);
            Pass(first);
            while (isTransactional && TransactionTime - TimeProvider.System.GetElapsedTime(began) is { Ticks: > 0 } left)
            {
                if (consumer.Consume(left) is { } next)
                {
                    Pass(next);
                    last = next;
                }
            }

            if (isTransactional)
            {
                producer.SendOffsetsToTransaction([new TopicPartitionOffset(last.TopicPartition, last.Offset + 1)], consumer.ConsumerGroupMetadata, Patience);
                producer.CommitTransaction(Patience);
            }
        }

        producer.Flush(Patience);
        return passed;

        void Pass(ConsumeResult<Ignore, byte[]> record)
        {
            producer.Produce(new TopicPartition(output, record.Partition), new Message<Null, byte[]> { Value = record.Message.Value });
            passed++;
        }
    }

    private static List<TimeSpan> Collect(BrokerLoad load, string topic)
    {
        using var consumer = load.Consumer(topic);
        var latencies = new List<TimeSpan>(Events);
        while (latencies.Count < Events)
        {
            var record = consumer.Consume(Patience) ?? throw new TimeoutException($"{latencies.Count} of {Events} events came.");
            latencies.Add(TimeProvider.System.GetElapsedTime(BinaryPrimitives.ReadInt64LittleEndian(record.Message.Value)));
        }

        return latencies;
    }

    private static Task<T> Run<T>(Func<T> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
