using System.Text.Json;
using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Resilience;

/// <summary>An event that a datacenter took in, and its time in Unix milliseconds.</summary>
internal sealed record SiteInput(Input Input, long Time);

/// <summary>An event that a datacenter wrote, and its <c>meta.id</c>.</summary>
internal sealed record SiteOutput(Output Output, string Id);

/// <summary>Reads what one datacenter takes in and writes, as those see it who read what is committed.</summary>
internal sealed class SiteTail : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly IConsumer<byte[], byte[]> _consumer;
    private readonly IReadOnlyList<TopicPartition> _partitions;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<TopicPartition, long> _read = [];
    private readonly List<SiteInput> _inputs = [];
    private readonly List<SiteOutput> _outputs = [];
    private readonly Task _reading;

    public SiteTail(string brokers, IReadOnlyList<TopicPartition> partitions)
    {
        (_consumer, _partitions) = (Clients.Consumer(brokers), partitions);
        _consumer.Assign(partitions.Select(partition => new TopicPartitionOffset(partition, Offset.Beginning)));
        _reading = Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public IReadOnlyList<SiteInput> Inputs
    {
        get
        {
            lock (_gate)
            {
                return [.. _inputs];
            }
        }
    }

    public IReadOnlyList<SiteOutput> Outputs
    {
        get
        {
            lock (_gate)
            {
                return [.. _outputs];
            }
        }
    }

    /// <summary>Whether it has read all that is there.</summary>
    public bool IsAtEnd()
    {
        try
        {
            var ends = _partitions.ToDictionary(partition => partition, partition => _consumer.QueryWatermarkOffsets(partition, Patience).High.Value);
            lock (_gate)
            {
                return ends.All(end => end.Value <= _read.GetValueOrDefault(end.Key));
            }
        }
        catch (KafkaException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        _consumer.Dispose();
        _stop.Dispose();
    }

    private void Read()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (_consumer.Consume(TimeSpan.FromMilliseconds(100)) is { } result)
                {
                    lock (_gate)
                    {
                        Keep(result);
                    }
                }
            }
            catch (ConsumeException)
            {
                // The broker is away; the client goes on when it is back.
            }
        }
    }

    private void Keep(ConsumeResult<byte[], byte[]> result)
    {
        _read[result.TopicPartition] = result.IsPartitionEOF ? result.Offset.Value : result.Offset.Value + 1;
        if (result.IsPartitionEOF)
        {
            return;
        }

        var (at, probe) = (new LogPosition(result.Topic, result.Partition.Value, result.Offset.Value), ProbeEvent.Decode(result.Message.Value));
        if (result.Topic.EndsWith(Topics.In, StringComparison.Ordinal))
        {
            _inputs.Add(new SiteInput(new Input(at, probe), result.Message.Timestamp.UnixTimestampMs));
        }
        else
        {
            _outputs.Add(new SiteOutput(new Output(at, probe), JsonElement.Parse(result.Message.Value).Child("meta").Child("id").Text()!));
        }
    }
}
