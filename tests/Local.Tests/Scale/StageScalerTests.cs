using Confluent.Kafka;
using Microsoft.Extensions.Time.Testing;

namespace Millrace.Local.Tests;

/// <summary>A scaler between a broker and replicas, in a time that is advanced by hand.</summary>
public sealed class StageScalerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly ScaleRules Rules = new()
    {
        LagThreshold = 100, MaxReplicas = 3, PollingInterval = TimeSpan.FromSeconds(5), CooldownPeriod = TimeSpan.FromSeconds(20), ScaleDownWindow = TimeSpan.FromSeconds(10),
    };

    private readonly FakeTimeProvider _time = new();
    private readonly Offsets _offsets = new();

    [Fact]
    public async Task Replicas_follow_the_lag_from_none_to_the_most_and_back_and_the_history_has_every_step()
    {
        await using var scaler = Scaler();
        using var stop = new CancellationTokenSource();
        var running = scaler.RunAsync(stop.Token);
        _offsets.Lag = 1_000;
        await UntilAsync(() => scaler.State.Running == 3);
        _offsets.Lag = 0;
        await UntilAsync(() => scaler.State is { Replicas: 0, Running: 0, Draining: 0 } && scaler.PollsAtRest >= 2);

        await stop.CancelAsync();
        await UntilAsync(() => running.IsCompleted);
        await running;

        Assert.Equal((1_000, 0), (scaler.PeakLag, scaler.State.Died));
        Assert.Equal(3, scaler.History.Max(moment => moment.Running));
        Assert.Equal(0, scaler.History[^1].Running);
    }

    [Fact]
    public async Task A_broker_that_does_not_answer_changes_nothing()
    {
        await using var scaler = Scaler();
        using var stop = new CancellationTokenSource();
        var running = scaler.RunAsync(stop.Token);
        _offsets.Lag = 50;
        await UntilAsync(() => scaler.State.Running == 1);

        _offsets.IsAway = true;
        var reads = _offsets.Reads;
        await UntilAsync(() => _offsets.Reads > reads + 3);

        Assert.Equal((1, 1), (scaler.State.Replicas, scaler.State.Running));
        await stop.CancelAsync();
        await UntilAsync(() => running.IsCompleted);
        await running;
    }

    private StageScaler Scaler() => new(Rules, _offsets, _ => new Obedient(), TimeSpan.FromSeconds(10), _time);

    private async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }
    }

    private sealed class Offsets : IOffsetSource
    {
        private int _reads;

        public volatile bool IsAway;

        private long _lag;

        public int Reads => Volatile.Read(ref _reads);

        public long Lag
        {
            set => Volatile.Write(ref _lag, value);
        }

        public IReadOnlyList<TopicOffsets> Read()
        {
            Interlocked.Increment(ref _reads);
            return IsAway ? throw new KafkaException(ErrorCode.Local_Transport)
                : [new TopicOffsets("in", [new(0, Volatile.Read(ref _lag)), new(0, 0), new(0, 0)])];
        }
    }

    private sealed class Obedient : IReplica
    {
        private readonly TaskCompletionSource _ended = new();

        public Task Ended => _ended.Task;

        public void Drain() => _ended.TrySetResult();

        public void Kill() => _ended.TrySetResult();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
