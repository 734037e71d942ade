using System.Runtime.CompilerServices;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Millrace.Local;

/// <summary>Looks at a cluster for all who watch it: every two seconds, however many they are, and not at all while there are none.</summary>
/// <remarks>Nothing runs by itself: a look begins when a viewer asks for one, and whoever asks meanwhile is given the same.</remarks>
internal sealed class ClusterWatch : IDisposable
{
    /// <summary>The most viewers at a time.</summary>
    public const int MostViewers = 32;

    /// <summary>From the end of one look to the next.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Platform _platform;
    private readonly TimeProvider _time;
    private readonly ErrorTally _errors;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private ClusterReader? _cluster;
    private ClusterLook? _seen;
    private Task<ClusterLook>? _look;
    private long _ended;
    private long _looks;
    private int _viewers;
    private bool _isDisposed;

    /// <summary>Watches a platform; nothing is connected before the first look.</summary>
    public ClusterWatch(Platform platform, TimeProvider time, ILogger logger)
    {
        (_platform, _time) = (platform, time);
        _errors = new ErrorTally(platform, time, logger);
    }

    /// <summary>What was seen lately.</summary>
    public LookHistory History { get; } = new();

    /// <summary>How often the cluster was looked at.</summary>
    public long Looks => Interlocked.Read(ref _looks);

    /// <summary>How many watch.</summary>
    public int Viewers => Volatile.Read(ref _viewers);

    /// <summary>The looks as they come, the first at once.</summary>
    /// <exception cref="ConsoleRefusal">There are too many viewers.</exception>
    public async IAsyncEnumerable<ClusterLook> ViewAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        try
        {
            if (Interlocked.Increment(ref _viewers) > MostViewers)
            {
                throw ConsoleRefusal.Busy($"{MostViewers} pages watch already, which is all that this console takes. Close one, and come again.");
            }

            for (var last = 0L; ;)
            {
                var look = await LookAsync(cancellation);
                if (look.Number > last)
                {
                    last = look.Number;
                    yield return look;
                }

                if (Interval - _time.GetElapsedTime(Volatile.Read(ref _ended)) is var rest && rest > TimeSpan.Zero)
                {
                    await Task.Delay(rest, _time, cancellation);
                }
            }
        }
        finally
        {
            Interlocked.Decrement(ref _viewers);
        }
    }

    /// <summary>A look that is no older than the interval.</summary>
    public Task<ClusterLook> LookAsync(CancellationToken cancellation)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_look is null || (_look.IsCompleted && _time.GetElapsedTime(Volatile.Read(ref _ended)) >= Interval))
            {
                _look = Task.Run(LookAsync, CancellationToken.None);
            }

            return _look.WaitAsync(cancellation);
        }
    }

    /// <summary>Closes the connections, when the look that goes on has ended; nobody is given another.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            _stopping.Cancel();
            _ = (_look ?? Task.CompletedTask).ContinueWith(
                _ =>
                {
                    _cluster?.Dispose();
                    _stopping.Dispose();
                },
                CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    // One at a time.
    private async Task<ClusterLook> LookAsync()
    {
        var number = Interlocked.Increment(ref _looks);
        try
        {
            _cluster ??= new ClusterReader(_platform.Kafka, Patience);
            var look = await ReadAsync(_cluster, number);
            _seen = look;
            History.Add(look);
            return look;
        }
        catch (KafkaException cause)
        {
            // A client that has found no brokers takes longer and longer pauses; a new one is there as soon as they are.
            _cluster?.Dispose();
            _cluster = null;
            return new ClusterLook(number, _time.GetUtcNow()) { Unreachable = _platform.Explain(cause), SeenAt = _seen?.SeenAt, Stages = _seen?.Stages ?? [], Streams = _seen?.Streams ?? [] };
        }
        finally
        {
            Volatile.Write(ref _ended, _time.GetTimestamp());
        }
    }

    private async Task<ClusterLook> ReadAsync(ClusterReader cluster, long number)
    {
        var (streams, errorEnds) = await ReadStreamsAsync(cluster);
        var status = await new StatusReader(_platform, cluster, _time).ReadAsync(_platform.Catalog.Stages);
        _errors.Refresh(errorEnds, _stopping.Token);

        var now = _time.GetUtcNow();
        var before = _seen?.Stages.ToDictionary(stage => stage.Status.Stage, stage => stage.Status);
        return new ClusterLook(number, now)
        {
            SeenAt = now,
            Streams = [.. streams.Select(stream => stream.Since(_seen?.Streams.FirstOrDefault(then => then.Stream == stream.Stream), now - (_seen?.SeenAt ?? now)))],
            Stages = [.. _platform.Catalog.Stages.Zip(status, (stage, seen) =>
            {
                var stands = (before is null ? seen : seen.Since(before[stage.Name])) with { Errors = _errors.Counts.TryGetValue(stage.Name, out var count) ? count : null };
                return new StageLook(stands, ReplicaDemand.Of(_platform.Catalog, stage, stands));
            })],
        };
    }

    // With them how much error streams have, and the topics that say what became of errors.
    private async Task<(List<StreamLook> Streams, long ErrorEnds)> ReadStreamsAsync(ClusterReader cluster)
    {
        var all = _platform.Streams.ToList();
        var errors = _platform.Catalog.Stages.SelectMany(stage => stage.ErrorStream.Topics.Append(stage.ResolvedTopic)).ToHashSet();
        var ends = await cluster.EndsAsync(await cluster.PartitionsAsync(all.SelectMany(stream => stream.Topics).Concat(errors).ToHashSet()));
        return (all.ConvertAll(stream => new StreamLook(stream.Name, [.. ends.Where(partition => stream.Topics.Contains(partition.Key.Topic)).OrderBy(partition => partition.Key.Topic).ThenBy(partition => partition.Key.Partition.Value)])),
            ends.Where(partition => errors.Contains(partition.Key.Topic)).Sum(partition => partition.Value.End));
    }
}
