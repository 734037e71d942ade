using System.Threading.Channels;
using Confluent.Kafka;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Batch = System.Collections.Generic.IReadOnlyList<Confluent.Kafka.ConsumeResult<byte[]?, byte[]?>>;

namespace Millrace.FunctionsHost.Tests;

/// <summary>What needs no broker: offsets as they are stored, and pauses as they are taken.</summary>
public sealed class BatchRunnerTests
{
    private readonly HastyTime _time = new();
    private readonly RecordingLogger _log = new();
    private readonly List<TopicPartitionOffset> _stored = [];

    [Fact]
    public async Task The_offset_after_the_last_record_is_stored_by_topic_and_partition()
    {
        await RunAsync(nameof(Functions.Batched), _ => Task.CompletedTask, Record("a", 0, 5), Record("b", 0, 1), Record("a", 0, 6), Record("a", 1, 0));

        Assert.Equal([new("a", 0, 7), new("b", 0, 2), new("a", 1, 1)], _stored);
    }

    [Fact]
    public async Task A_single_record_is_stored_before_the_next_one_of_its_partition_runs()
    {
        var storedBefore = new List<int>();

        await RunAsync(nameof(Functions.One), _ =>
        {
            storedBefore.Add(_stored.Count);
            return Task.CompletedTask;
        }, Record("a", 0, 0), Record("a", 0, 1), Record("a", 0, 2));

        Assert.Equal([0, 1, 2], storedBefore);
    }

    [Fact]
    public async Task An_offset_that_cannot_be_stored_is_logged_and_the_others_are_stored()
    {
        await RunAsync(nameof(Functions.Batched), _ => Task.CompletedTask, offset =>
        {
            if (offset.Partition == 0)
            {
                throw new KafkaException(ErrorCode.Local_State);
            }

            _stored.Add(offset);
        }, Record("a", 0, 5), Record("a", 1, 3));

        Assert.Equal([new("a", 1, 4)], _stored);
        Assert.Contains(_log.Lines, line => line.Contains("cannot store offset 6 of a [0]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_repetition_gets_records_of_its_own()
    {
        var calls = 0;
        var topics = new List<string>();

        await RunAsync(nameof(Functions.Batched), records =>
        {
            topics.Add(records[0].Topic);
            records[0].Topic = "overwritten";
            return ++calls < 3 ? throw new InvalidOperationException("again") : Task.CompletedTask;
        }, Record("a", 0, 0));

        Assert.Equal(["a", "a", "a"], topics);
    }

    [Fact]
    public async Task A_loss_is_logged_as_an_error()
    {
        await RunAsync(nameof(Functions.Batched), _ => throw new InvalidOperationException("poison"), Record("a", 0, 0));

        Assert.Contains(_log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("after 5 retries", StringComparison.Ordinal));
        Assert.Equal([new("a", 0, 1)], _stored);
    }

    [Fact]
    public async Task A_retry_attribute_pauses_before_each_repetition_and_doubles_the_pause_up_to_its_maximum()
    {
        await RunAsync(nameof(Functions.BackedOff), _ => throw new InvalidOperationException("again"), new KafkaOptions { CommitOnFailure = true }, Record("a", 0, 0));

        Assert.Equal([2, 4, 5, 5], _time.Pauses.Select(pause => pause.TotalSeconds));
    }

    private Task RunAsync(string method, Func<KafkaRecord[], Task> function, params ConsumeResult<byte[]?, byte[]?>[] batch) =>
        RunAsync(method, function, new KafkaOptions { CommitOnFailure = false }, batch);

    private Task RunAsync(string method, Func<KafkaRecord[], Task> function, KafkaOptions options, params ConsumeResult<byte[]?, byte[]?>[] batch) =>
        RunAsync(method, function, options, _stored.Add, batch);

    private Task RunAsync(string method, Func<KafkaRecord[], Task> function, Action<TopicPartitionOffset> store, params ConsumeResult<byte[]?, byte[]?>[] batch) =>
        RunAsync(method, function, new KafkaOptions { CommitOnFailure = false }, store, batch);

    private async Task RunAsync(string method, Func<KafkaRecord[], Task> function, KafkaOptions options, Action<TopicPartitionOffset> store, ConsumeResult<byte[]?, byte[]?>[] batch)
    {
        using var services = new ServiceCollection().AddSingleton(function).BuildServiceProvider();
        var target = new FunctionMethod(method, typeof(Functions).GetMethod(method)!);
        FunctionExecutionDelegate pipeline = FunctionInvoker.CallAsync;
        var invoker = new FunctionInvoker(target, pipeline, services.GetRequiredService<IServiceScopeFactory>(), _time, _log);
        var runner = new BatchRunner(target, invoker, options, store, new FunctionStatus(method), _log);
        var batches = Channel.CreateUnbounded<Batch>();
        batches.Writer.TryWrite(batch);
        batches.Writer.Complete();
        await runner.RunAsync(batches.Reader, CancellationToken.None);
    }

    private static ConsumeResult<byte[]?, byte[]?> Record(string topic, int partition, long offset) => new()
    {
        TopicPartitionOffset = new TopicPartitionOffset(topic, partition, offset),
        Message = new Message<byte[]?, byte[]?>(),
    };

    /// <summary>Not discovered: they have no function attribute.</summary>
    public sealed class Functions(Func<KafkaRecord[], Task> function)
    {
        public Task Batched([KafkaTrigger("b", "t", IsBatched = true, KeyDataType = KafkaMessageKeyType.Binary)] KafkaRecord[] records) => function(records);

        public Task One([KafkaTrigger("b", "t", KeyDataType = KafkaMessageKeyType.Binary)] KafkaRecord record) => function([record]);

        [ExponentialBackoffRetry(4, "00:00:02", "00:00:05")]
        public Task BackedOff([KafkaTrigger("b", "t", IsBatched = true, KeyDataType = KafkaMessageKeyType.Binary)] KafkaRecord[] records) => function(records);
    }

    /// <summary>A clock that ends every pause at once and remembers how long it should have been.</summary>
    private sealed class HastyTime : TimeProvider
    {
        public List<TimeSpan> Pauses { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Pauses.Add(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }

    private sealed class RecordingLogger : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add($"{logLevel}: {formatter(state, exception)}");
    }
}
