using System.Collections.Concurrent;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Millrace.Core;

namespace Millrace.Kafka;

/// <summary>Opens transactional sessions, and keeps their producers for the batches to come.</summary>
/// <remarks>
/// A producer is opened by its partition's first batch, all partitions beside each other. It is closed when nobody has used
/// it for <see cref="KafkaOptions.SessionIdleTime"/>, which is how that of a lost partition goes, and earlier where there are
/// <see cref="KafkaOptions.MaxSessions"/> and another is needed.
/// </remarks>
internal sealed class ExactlyOnceSink : ISink, IAsyncDisposable
{
    private static readonly TimeSpan ClosingTime = TimeSpan.FromSeconds(10);

    private readonly KafkaOptions _options;
    private readonly int _maxMessageBytes;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<(string Stage, StreamPartition Partition), OwnedPartition> _partitions = new();
    private readonly ConcurrentDictionary<string, Lazy<CheckpointGroup>> _groups = new();
    private readonly ConcurrentDictionary<Task, bool> _calls = new();
    private readonly SemaphoreSlim _room;
    private readonly ITimer _sweep;
    private int _waiting;

    public ExactlyOnceSink(KafkaOptions options, int maxMessageBytes, TimeProvider time, ILogger log)
    {
        (_options, _maxMessageBytes, _time, _log) = (options, maxMessageBytes, time, log);
        _room = new SemaphoreSlim(options.MaxSessions);
        var interval = options.SessionIdleTime / 4;
        _sweep = time.CreateTimer(_ => CloseIdle(), null, interval, interval);
    }

    /// <summary>The clock.</summary>
    public TimeProvider Time => _time;

    /// <summary>How many partitions have a producer at present.</summary>
    public int Count => _partitions.Values.Count(partition => partition.Producer is not null);

    /// <inheritdoc/>
    public async ValueTask<IPartitionSession> OpenAsync(StageDefinition stage, StreamPartition partition, CancellationToken cancellation)
    {
        var owned = _partitions.GetOrAdd((stage.Name, partition), static (_, of) => new OwnedPartition(of.stage, of.partition), (stage, partition));
        await owned.Lease.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var producer = await ProducerOfAsync(owned, cancellation).ConfigureAwait(false);
            return new TransactionalSession(this, owned, producer.Checkpoint);
        }
        catch
        {
            Return(owned);
            throw;
        }
    }

    /// <summary>The partition's producer; a new one where it has none, or a broken one. The caller holds the lease.</summary>
    /// <exception cref="SinkException">The brokers cannot be reached, or refuse; it can be retried.</exception>
    public async ValueTask<FencedProducer> ProducerOfAsync(OwnedPartition owned, CancellationToken cancellation)
    {
        if (owned.Producer is { IsBroken: false } producer)
        {
            return producer;
        }

        Close(owned);
        await TakeRoomAsync(cancellation).ConfigureAwait(false);
        try
        {
            var opening = Blocking.RunAsync(() => Open(owned, cancellation));
            Track(opening);
            owned.Producer = await opening.ConfigureAwait(false);
            SessionMeter.Opened(owned.Stage.Name);
            return owned.Producer;
        }
        catch (Exception failure)
        {
            _room.Release();
            if (failure is KafkaException { Error: var error })
            {
                throw new SinkException($"Kafka does not give {owned.Partition} to stage {owned.Stage.Name}: {error.Reason} ({error.Code}).", failure) { CanRetry = true };
            }

            throw;
        }
    }

    /// <summary>Ends a session: what it did not settle is forgotten.</summary>
    public void Return(OwnedPartition owned)
    {
        owned.LastUsed = _time.GetTimestamp();
        if (owned.Producer is { IsBroken: true } || Volatile.Read(ref _waiting) > 0)
        {
            Close(owned);
        }

        owned.Lease.Release();
    }

    /// <summary>Closes all producers.</summary>
    public async ValueTask DisposeAsync()
    {
        await _sweep.DisposeAsync().ConfigureAwait(false);
        foreach (var owned in _partitions.Values)
        {
            Close(owned);
        }

        // What still waits for a broker ends with the process: the client does not survive a call on a closed one.
        var calls = Task.WhenAll(_calls.Keys);
        await calls.WaitAsync(ClosingTime, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!calls.IsCompleted)
        {
            return;
        }

        foreach (var group in _groups.Values.Where(group => group.IsValueCreated))
        {
            group.Value.Dispose();
        }
    }

    private FencedProducer Open(OwnedPartition owned, CancellationToken cancellation)
    {
        var group = _groups.GetOrAdd(owned.Stage.Name, name => new Lazy<CheckpointGroup>(() => new CheckpointGroup(_options, name, _log))).Value;
        var (topic, partition) = owned.Partition;
        var config = _options.CreateTransactionalConfig(TransactionalId.Of(owned.Stage.Name, owned.Partition), _maxMessageBytes);
        return FencedProducer.Open(config, group, new TopicPartition(topic, partition), _time, _log, cancellation);
    }

    private async ValueTask TakeRoomAsync(CancellationToken cancellation)
    {
        if (_room.Wait(TimeSpan.Zero, cancellation))
        {
            return;
        }

        Interlocked.Increment(ref _waiting);
        try
        {
            CloseLongestIdle();
            await _room.WaitAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private void CloseLongestIdle()
    {
        foreach (var owned in _partitions.Values.Where(owned => owned.Producer is not null).OrderBy(owned => owned.LastUsed))
        {
            if (TryClose(owned, () => true))
            {
                return;
            }
        }
    }

    private void CloseIdle()
    {
        foreach (var owned in _partitions.Values.Where(owned => owned.Producer is not null))
        {
            TryClose(owned, () => _time.GetElapsedTime(owned.LastUsed) >= _options.SessionIdleTime);
        }
    }

    private bool TryClose(OwnedPartition owned, Func<bool> isDue)
    {
        if (!owned.Lease.Wait(0))
        {
            return false;
        }

        var closes = owned.Producer is not null && isDue();
        if (closes)
        {
            Close(owned);
        }

        owned.Lease.Release();
        return closes;
    }

    private void Close(OwnedPartition owned)
    {
        if (owned.Producer is not { } producer)
        {
            return;
        }

        owned.Producer = null;
        SessionMeter.Closed(owned.Stage.Name, producer.IsFenced);
        Track(CloseAsync(producer));
    }

    private void Track(Task call)
    {
        _calls[call] = true;
        _ = call.ContinueWith(done => _calls.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    // Closing takes a moment, and its place is free only after that: the bound is on what there really is.
    private async Task CloseAsync(FencedProducer producer)
    {
        await producer.CloseAsync().ConfigureAwait(false);
        _room.Release();
    }
}
