using System.Text.Json;
using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Resilience;

/// <summary>Reads the input, the output and the error stream as those see them who read what is committed.</summary>
internal sealed class LogTail : IAsyncDisposable
{
    private readonly IConsumer<byte[], byte[]> _consumer;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<TopicPartition, long> _read = [];
    private readonly List<Input> _inputs = [];
    private readonly List<Output> _outputs = [];
    private readonly List<Failure> _failures = [];
    private readonly Task _reading;

    /// <summary>Starts to read, from the beginning.</summary>
    public LogTail(string brokers, IEnumerable<TopicPartition> partitions)
    {
        _consumer = Clients.Consumer(brokers);
        _consumer.Assign(partitions.Select(partition => new TopicPartitionOffset(partition, Offset.Beginning)));
        _reading = Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>How many outcomes can be seen so far, repetitions included.</summary>
    public int Outcomes
    {
        get
        {
            lock (_gate)
            {
                return _outputs.Count + _failures.Count;
            }
        }
    }

    /// <summary>How many inputs will have, or have had, an outcome that can be seen.</summary>
    public int Expected
    {
        get
        {
            lock (_gate)
            {
                return _inputs.Count(input => input.Event.Fate is not Fate.Filter);
            }
        }
    }

    /// <summary>All that was read so far.</summary>
    public Observed Observed(IReadOnlyList<CheckpointSample> samples)
    {
        lock (_gate)
        {
            return new Observed([.. _inputs], [.. _outputs], [.. _failures], samples);
        }
    }

    /// <summary>Whether it has read up to these ends.</summary>
    public bool HasRead(IReadOnlyDictionary<TopicPartition, long> ends)
    {
        lock (_gate)
        {
            return ends.All(end => end.Value <= _read.GetValueOrDefault(end.Key));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        _consumer.Close();
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

        var (at, value) = (new LogPosition(result.Topic, result.Partition.Value, result.Offset.Value), result.Message.Value);
        switch (result.Topic)
        {
            case Topics.In:
                _inputs.Add(new Input(at, ProbeEvent.Decode(value)));
                break;
            case Topics.Out:
                _outputs.Add(new Output(at, ProbeEvent.Decode(value)));
                break;
            default:
                var error = JsonElement.Parse(value);
                var source = error.Child("meta").Child("source");
                _failures.Add(new Failure(
                    at,
                    new LogPosition(source.Child("topic").Text()!, (int)source.Child("partition").Number()!.Value, source.Child("offset").Number()!.Value),
                    error.Child("error_type").Text()!) { Id = error.Child("meta").Child("id").Text() });
                break;
        }
    }
}
