using System.Collections.Concurrent;
using System.Text;
using Confluent.Kafka;

namespace Millrace.Resilience;

/// <summary>Writes events at a steady rate, each key's in sequence.</summary>
internal sealed class Load(string brokers, int partitions, Random random) : IAsyncDisposable
{
    private const int Keys = 60;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private readonly IProducer<byte[], byte[]> _producer = Clients.Producer(brokers);
    private readonly CancellationTokenSource _stop = new();
    private readonly long[] _sequences = new long[Keys];
    private readonly ConcurrentQueue<Error> _refused = new();
    private Task _running = Task.CompletedTask;
    private int _acknowledged;
    private int _rate;

    /// <summary>How many events there are so far.</summary>
    public int Sent { get; private set; }

    /// <summary>How many of them the broker has not acknowledged.</summary>
    public int Unacknowledged => Sent - Volatile.Read(ref _acknowledged);

    /// <summary>How many events there are to be each second; may change at any time.</summary>
    public int Rate
    {
        get => Volatile.Read(ref _rate);
        set => Volatile.Write(ref _rate, value);
    }

    /// <summary>How long the part of an event is that has no meaning, in characters.</summary>
    public int Padding { get; init; } = 200;

    /// <summary>What is to become of the n-th event; a tenth is filtered, and a twentieth fails, unless it is set.</summary>
    public Func<int, Fate>? FateOf { get; init; }

    /// <summary>Writes <see cref="Rate"/> events each second until it is told to stop.</summary>
    public void Start() => _running = Task.Run(RunAsync);

    /// <summary>Writes so many events, as fast as it can.</summary>
    public void Write(int events)
    {
        for (var n = 0; n < events; n++)
        {
            Write();
        }
    }

    /// <summary>Stops, and waits until the broker has all.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await Until.IsTrueAsync("the broker has all that the load has sent", () => Unacknowledged == 0 || !_refused.IsEmpty);
        if (_refused.TryPeek(out var refusal))
        {
            throw new InvalidOperationException($"The broker does not take the load: {refusal.Reason} ({refusal.Code}).");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _producer.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var (last, due) = (TimeProvider.System.GetTimestamp(), 0.0);
        while (!_stop.IsCancellationRequested)
        {
            var now = TimeProvider.System.GetTimestamp();
            due += TimeProvider.System.GetElapsedTime(last, now).TotalSeconds * Rate;
            last = now;
            Write((int)due - Sent);
            await Task.Delay(Tick, TimeProvider.System, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Write()
    {
        var number = random.Next(Keys);
        var key = $"k{number}";
        var sent = new ProbeEvent(key, _sequences[number]++, FateOf?.Invoke(Sent) ?? AnyFate());
        var record = new Message<byte[], byte[]> { Key = Encoding.UTF8.GetBytes(key), Value = sent.Encode(new string((char)('a' + random.Next(26)), Padding)) };
        _producer.Produce(new TopicPartition(Topics.In, number % partitions), record, report =>
        {
            if (report.Error.IsError)
            {
                _refused.Enqueue(report.Error);
            }

            Interlocked.Increment(ref _acknowledged);
        });
        Sent++;
    }

    private Fate AnyFate() => random.Next(100) switch
    {
        < 10 => Fate.Filter,
        < 13 => Fate.Poison,
        < 15 => Fate.Malformed,
        _ => Fate.Emit,
    };
}
