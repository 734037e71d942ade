using Confluent.Kafka;

namespace Millrace.Resilience;

/// <summary>Looks again and again at what the groups have committed, and just after at what is written.</summary>
internal sealed class CheckpointWatch : IAsyncDisposable
{
    /// <summary>The group that the host commits.</summary>
    public const string HostGroup = "Probe";

    /// <summary>The group that the stage's transactions commit.</summary>
    public const string CheckpointGroup = "Probe.checkpoint";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly IConsumer<byte[], byte[]>[] _groups;
    private readonly IConsumer<byte[], byte[]> _uncommitted;
    private readonly int _partitions;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<CheckpointSample> _samples = [];
    private readonly Task _watching;

    /// <summary>Starts to look.</summary>
    public CheckpointWatch(string brokers, int partitions)
    {
        _partitions = partitions;
        _groups = [Clients.Consumer(brokers, HostGroup), Clients.Consumer(brokers, CheckpointGroup)];
        _uncommitted = Clients.Consumer(brokers, "bystander", IsolationLevel.ReadUncommitted);
        _watching = Task.Run(WatchAsync);
    }

    /// <summary>What was seen so far.</summary>
    public IReadOnlyList<CheckpointSample> Samples
    {
        get
        {
            lock (_gate)
            {
                return [.. _samples];
            }
        }
    }

    /// <summary>What a group has committed; nothing for partitions that it has not.</summary>
    /// <exception cref="KafkaException">The broker does not answer.</exception>
    public IReadOnlyDictionary<int, long> Committed(string group)
    {
        var consumer = _groups[group == HostGroup ? 0 : 1];
        return consumer.Committed(PartitionsOf(Topics.In), Patience)
            .Where(committed => committed.Offset.Value >= 0)
            .ToDictionary(committed => committed.Partition.Value, committed => committed.Offset.Value);
    }

    /// <summary>The ends of all topics' partitions: of what is committed, or of all.</summary>
    /// <exception cref="KafkaException">The broker does not answer.</exception>
    public IReadOnlyDictionary<TopicPartition, long> Ends(IEnumerable<string> topics, bool committed = true) => topics.SelectMany(PartitionsOf).ToDictionary(
        partition => partition,
        partition => (committed ? _groups[0] : _uncommitted).QueryWatermarkOffsets(partition, Patience).High.Value);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        foreach (var consumer in _groups.Append(_uncommitted))
        {
            consumer.Dispose();
        }

        _stop.Dispose();
    }

    private IEnumerable<TopicPartition> PartitionsOf(string topic) => Enumerable.Range(0, _partitions).Select(partition => new TopicPartition(topic, partition));

    private async Task WatchAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Look(HostGroup);
                Look(CheckpointGroup);
            }
            catch (KafkaException)
            {
                // The broker is away, and there is nothing to see.
            }

            await Task.Delay(Interval, TimeProvider.System, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Look(string group)
    {
        var committed = Committed(group);
        if (committed.Count == 0)
        {
            return;
        }

        var written = Ends([Topics.Out, Topics.Errors], committed: false).ToDictionary(end => (end.Key.Topic, end.Key.Partition.Value), end => end.Value);
        lock (_gate)
        {
            _samples.Add(new CheckpointSample(group, group == CheckpointGroup, committed, written));
        }
    }
}
