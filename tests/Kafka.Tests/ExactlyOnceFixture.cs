using Confluent.Kafka;
using Millrace.Broker;
using Millrace.Core;

namespace Millrace.Kafka.Tests;

/// <summary>A stage that copies numbers, and an oracle that knows what has to be there in the end.</summary>
/// <remarks>Input n becomes output n in <c>out</c>; every fifth becomes an error event in <c>errors</c> instead, and every seventh is filtered.</remarks>
public abstract class ExactlyOnceFixture : KafkaFixture
{
    /// <summary>The transactional id of partition 0.</summary>
    protected const string Id = $"Test.{Testing.Some.Input}.0";

    private const string CheckpointGroup = "Test.checkpoint";

    protected ExactlyOnceFixture()
    {
        Broker.CreateTopic(Testing.Some.Input, 8);
        Broker.CreateTopic("out");
        Broker.CreateTopic("errors");
    }

    protected static ValueTask<IPartitionSession> OpenExactlyOnceAsync(KafkaSink sink, int partition = 0) =>
        Retry(() => OpenAsync(sink, Delivery.ExactlyOnce, partition));

    protected static ProcessedRecord Outcome(int n) =>
        n % 7 == 0 ? new(Testing.Some.Record(n), new Outcome.Filtered("seventh"), [])
        : n % 5 == 0 ? new(Testing.Some.Record(n), new Outcome.Failed(new StageError("fifth", "It is a fifth.")), [Output(n, "errors")])
        : Processed(n);

    /// <summary>Does what the runner does with a batch, in which only the sink matters.</summary>
    protected static async Task RunAsync(KafkaSink sink, int from, int to)
    {
        await using var session = await OpenExactlyOnceAsync(sink);
        await AppendAsync(session, from, to);
        Assert.Empty(await SettleAsync(session));
    }

    protected static async Task AppendAsync(IPartitionSession session, int from, int to)
    {
        for (var n = (int)Math.Max(from, session.Checkpoint); n < to; n++)
        {
            await session.AppendAsync(Outcome(n), CancellationToken.None);
        }
    }

    protected static ValueTask<IReadOnlyList<RefusedRecord>> SettleAsync(IPartitionSession session) => Retry(() => session.SettleAsync(CancellationToken.None));

    /// <summary>What is committed is what <paramref name="count"/> inputs become, each once and in order, and the checkpoint stands behind them.</summary>
    protected void AssertExactlyOnce(int count)
    {
        var inputs = Enumerable.Range(0, count).Where(n => n % 7 != 0).ToList();
        Assert.Equal(inputs.Where(n => n % 5 != 0), ReadCommitted("out"));
        Assert.Equal(inputs.Where(n => n % 5 == 0), ReadCommitted("errors"));
        Assert.Equal(count, Checkpoint());
    }

    protected long Checkpoint(int partition = 0)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = Broker.BootstrapServers,
            GroupId = CheckpointGroup,
            IsolationLevel = IsolationLevel.ReadCommitted,
        }).SetLogHandler((_, _) => { }).Build();
        return consumer.Committed([new TopicPartition(Testing.Some.Input, partition)], Patience).Single().Offset.Value;
    }

    /// <summary>Input that the checkpoint may point into: its offsets are the numbers.</summary>
    protected Task FeedAsync(int count, int partition = 0) =>
        ProduceAsync(Testing.Some.Input, partition, [.. Enumerable.Range(0, count).Select(n => new Message<byte[]?, byte[]?> { Value = [(byte)n] })]);

    /// <summary>Whether a batch survives that a request is refused, once, and the next one, too.</summary>
    protected async Task AssertSurvivesAsync(ApiKey request, KafkaError error)
    {
        const int Batch = 30;
        await FeedAsync(3 * Batch);
        var sink = Sink();
        await RunAsync(sink, 0, Batch);
        Broker.Faults.Fail(request, 1, error);

        await RunAsync(sink, Batch, 2 * Batch);
        await RunAsync(sink, 2 * Batch, 3 * Batch);

        Assert.Empty(Broker.Faults.Pending);
        AssertExactlyOnce(3 * Batch);
    }

    /// <summary>Waits until a planned fault has been met.</summary>
    protected async Task MetAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (Broker.Faults.Pending.Count > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, patience.Token);
        }
    }

    /// <summary>Calls again as the runner does, without its pauses.</summary>
    private static async ValueTask<T> Retry<T>(Func<ValueTask<T>> call)
    {
        for (var left = 20; ; left--)
        {
            try
            {
                return await call().AsTask().WaitAsync(Patience);
            }
            catch (SinkException failure) when (failure.CanRetry && left > 0)
            {
            }
        }
    }
}
