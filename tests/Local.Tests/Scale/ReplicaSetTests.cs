using Microsoft.Extensions.Time.Testing;

namespace Millrace.Local.Tests;

/// <summary>Starting, draining, killing and starting again, with replicas that do as they are told.</summary>
public sealed class ReplicaSetTests : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new();
    private readonly List<Replica> _all = [];
    private readonly ReplicaSet _set;

    public ReplicaSetTests() => _set = new ReplicaSet(
        number =>
        {
            _all.Add(new Replica(number));
            return _all[^1];
        },
        Grace,
        _time);

    public void Dispose()
    {
        _all.ForEach(replica => replica.End());
        _ = _set.DisposeAsync().AsTask();
    }

    [Fact]
    public void So_many_are_started_as_there_are_to_be()
    {
        _set.Reconcile(3);
        _set.Reconcile(3);

        Assert.Equal([1, 2, 3], _all.Select(replica => replica.Number));
        Assert.Equal((3, 3), (_set.Running, _set.Started));
    }

    [Fact]
    public void The_newest_are_drained_first_and_not_killed()
    {
        _set.Reconcile(3);
        _set.Reconcile(1);

        Assert.Equal([false, true, true], _all.Select(replica => replica.IsDraining));
        Assert.Equal((1, 2), (_set.Running, _set.Draining));

        _all.ForEach(replica => replica.End());
        _set.Reconcile(0);
        Assert.DoesNotContain(_all, replica => replica.IsKilled);
    }

    [Fact]
    public async Task One_that_does_not_drain_is_killed_when_the_grace_period_ends()
    {
        _set.Reconcile(1);
        var stopping = _set.StopAsync();
        _time.Advance(Grace - TimeSpan.FromSeconds(1));
        Assert.False(_all[0].IsKilled);

        _time.Advance(TimeSpan.FromSeconds(1));
        await stopping;

        Assert.True(_all[0].IsKilled);
        Assert.Equal(1, _set.Killed);
    }

    [Fact]
    public void One_that_dies_is_started_again_after_a_pause_that_grows()
    {
        _set.Reconcile(1);
        foreach (var pause in (int[])[1, 2, 4, 8, 16, 30, 30])
        {
            _all[^1].End();
            _set.Reconcile(1);
            Assert.Equal(0, _set.Running);

            _time.Advance(TimeSpan.FromSeconds(pause) - TimeSpan.FromMilliseconds(1));
            _set.Reconcile(1);
            Assert.Equal(0, _set.Running);

            _time.Advance(TimeSpan.FromMilliseconds(1));
            _set.Reconcile(1);
            Assert.Equal(1, _set.Running);
        }

        Assert.Equal((7, 8), (_set.Died, _set.Started));
    }

    [Fact]
    public void One_that_dies_after_a_long_life_is_started_again_soon()
    {
        _set.Reconcile(1);
        _all[^1].End();
        _set.Reconcile(1);
        _time.Advance(TimeSpan.FromSeconds(1));
        _set.Reconcile(1);
        _time.Advance(TimeSpan.FromMinutes(1));
        _all[^1].End();
        _set.Reconcile(1);

        _time.Advance(TimeSpan.FromSeconds(1));
        _set.Reconcile(1);

        Assert.Equal(1, _set.Running);
    }

    [Fact]
    public void One_that_ends_while_it_drains_has_not_died()
    {
        _set.Reconcile(1);
        _set.Reconcile(0);
        _all[0].End();
        _set.Reconcile(0);

        Assert.Equal(0, _set.Died);
    }

    [Fact]
    public async Task What_still_runs_in_the_end_is_killed()
    {
        _set.Reconcile(2);
        await _set.DisposeAsync();

        Assert.All(_all, replica => Assert.True(replica.IsKilled));
    }

    private sealed class Replica(int number) : IReplica
    {
        private readonly TaskCompletionSource _ended = new();

        public int Number => number;

        public bool IsDraining { get; private set; }

        public bool IsKilled { get; private set; }

        public Task Ended => _ended.Task;

        public void Drain() => IsDraining = true;

        public void Kill()
        {
            IsKilled = true;
            End();
        }

        public void End() => _ended.TrySetResult();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
