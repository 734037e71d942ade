using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Millrace.Conformance;

/// <summary>A member of a group that polls on a thread of its own and keeps what happens to it.</summary>
internal sealed class Member : IDisposable
{
    private readonly IConsumer<string?, string?> _consumer;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _polling;
    private ImmutableHashSet<TopicPartition> _assignment = [];
    private bool _disposed;

    /// <param name="config">The consumer's settings.</param>
    /// <param name="topic">What it subscribes to; a regular expression where it starts with <c>^</c>.</param>
    public Member(ConsumerConfig config, string topic)
    {
        _consumer = new ConsumerBuilder<string?, string?>(config)
            .SetLogHandler((_, _) => { })
            .SetErrorHandler((_, error) => Errors.Enqueue(error))
            .SetPartitionsAssignedHandler((_, partitions) => Change("assigned", partitions, _assignment.Union(partitions)))
            .SetPartitionsRevokedHandler((_, partitions) => Change("revoked", partitions.Select(partition => partition.TopicPartition), _assignment.Except(partitions.Select(partition => partition.TopicPartition))))
            .SetPartitionsLostHandler((_, partitions) => Change("lost", partitions.Select(partition => partition.TopicPartition), _assignment.Except(partitions.Select(partition => partition.TopicPartition))))
            .Build();
        _consumer.Subscribe(topic);
        _polling = Task.Factory.StartNew(Poll, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public ImmutableHashSet<TopicPartition> Assignment => Volatile.Read(ref _assignment);

    /// <summary>What its callbacks were told, as <c>assigned 0 1</c>.</summary>
    public ConcurrentQueue<string> Rebalances { get; } = new();

    public ConcurrentQueue<string?> Values { get; } = new();

    public ConcurrentQueue<Error> Errors { get; } = new();

    /// <summary>What a producer needs to commit offsets as this member.</summary>
    public IConsumerGroupMetadata Metadata => _consumer.ConsumerGroupMetadata;

    /// <summary>Waits until it has so many partitions.</summary>
    public Task HasAsync(int partitions) => Eventually.IsTrueAsync($"a member has {partitions} partitions", () => Assignment.Count == partitions);

    /// <summary>Leaves in good order.</summary>
    public async Task LeaveAsync()
    {
        await StopPollingAsync();
        _consumer.Close();
        Dispose();
    }

    /// <summary>Goes without a word, as a process that is killed.</summary>
    public async Task CrashAsync()
    {
        await StopPollingAsync();
        Dispose();
    }

    /// <summary>Stays in the group, but polls no more; the consumer is the caller's until the member is disposed.</summary>
    public async Task<IConsumer<string?, string?>> StopPollingAsync()
    {
        await _stop.CancelAsync();
        await _polling;
        return _consumer;
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _stop.Cancel();
        _polling.GetAwaiter().GetResult();
        _consumer.Dispose();
        _stop.Dispose();
    }

    private void Change(string what, IEnumerable<TopicPartition> partitions, ImmutableHashSet<TopicPartition> assignment)
    {
        Rebalances.Enqueue($"{what} {string.Join(' ', partitions.Select(partition => partition.Partition.Value).Order())}");
        Volatile.Write(ref _assignment, assignment);
    }

    private void Poll()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (_consumer.Consume(_stop.Token) is { IsPartitionEOF: false } record)
                {
                    Values.Enqueue(record.Message.Value);
                }
            }
            catch (OperationCanceledException)
            {
            }
            catch (ConsumeException failed)
            {
                Errors.Enqueue(failed.Error);
                if (failed.Error.IsFatal)
                {
                    return;
                }
            }
        }
    }
}
