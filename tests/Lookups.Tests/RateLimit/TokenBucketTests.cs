namespace Millrace.Lookups.Tests;

public sealed class TokenBucketTests
{
    private readonly CountingClock _clock = new();

    [Fact]
    public void A_burst_passes_at_once_and_no_more()
    {
        using var bucket = new TokenBucket(10, burst: 3, _clock);

        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => bucket.TryPass()));
    }

    [Fact]
    public void What_was_used_comes_back_at_the_rate_and_never_beyond_the_burst()
    {
        using var bucket = new TokenBucket(10, burst: 3, _clock);
        while (bucket.TryPass())
        {
        }

        _clock.Pass(TimeSpan.FromMilliseconds(99));
        Assert.False(bucket.TryPass());
        _clock.Pass(TimeSpan.FromMilliseconds(1));
        Assert.True(bucket.TryPass());
        _clock.Pass(TimeSpan.FromHours(1));
        Assert.Equal(3, Enumerable.Range(0, 10).Count(_ => bucket.TryPass()));
    }

    [Fact]
    public async Task Those_who_wait_pass_in_order_one_at_each_turn()
    {
        using var bucket = new TokenBucket(10, burst: 1, _clock);
        Assert.True(bucket.TryPass());
        var waiting = Enumerable.Range(0, 5).Select(_ => bucket.PassAsync(default)).ToList();

        for (var passed = 1; passed <= waiting.Count; passed++)
        {
            _clock.Pass(TimeSpan.FromMilliseconds(100));
            await waiting[passed - 1];
            Assert.All(waiting.Skip(passed), task => Assert.False(task.IsCompleted));
        }
    }

    [Fact]
    public async Task Nobody_overtakes_those_who_wait()
    {
        using var bucket = new TokenBucket(10, burst: 1, _clock);
        Assert.True(bucket.TryPass());
        var waiting = bucket.PassAsync(default);

        Assert.False(bucket.TryPass());
        _clock.Pass(TimeSpan.FromMilliseconds(100));
        await waiting;
    }

    [Fact]
    public async Task Who_gives_up_leaves_its_place_to_the_next()
    {
        using var bucket = new TokenBucket(10, burst: 1, _clock);
        Assert.True(bucket.TryPass());
        using var impatient = new CancellationTokenSource();
        var first = bucket.PassAsync(impatient.Token);
        var second = bucket.PassAsync(default);

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        _clock.Pass(TimeSpan.FromMilliseconds(100));

        await second;
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(3)]
    [InlineData(700)]
    [InlineData(33_333)]
    public async Task In_the_long_run_the_rate_is_kept_and_used_up(double perSecond)
    {
        const int Burst = 5;
        using var bucket = new TokenBucket(perSecond, Burst, _clock);
        var total = (int)Math.Max(40, perSecond * 2);
        var waiting = Enumerable.Range(0, total).Select(_ => bucket.PassAsync(default)).ToList();
        var ideal = TimeSpan.FromSeconds((total - Burst) / perSecond);

        PassInSteps(ideal * 0.98);
        Assert.Contains(waiting, task => !task.IsCompleted);
        PassInSteps((ideal * 0.04) + TimeSpan.FromMilliseconds(10));

        await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_rest_before_a_wait_gives_no_more_than_the_burst()
    {
        using var bucket = new TokenBucket(10, burst: 3, _clock);
        _clock.Pass(TimeSpan.FromHours(1));
        var waiting = Enumerable.Range(0, 4).Select(_ => bucket.PassAsync(default)).ToList();

        await Task.WhenAll(waiting.Take(3));
        Assert.False(waiting[3].IsCompleted);
    }

    private void PassInSteps(TimeSpan time)
    {
        var step = TimeSpan.FromMilliseconds(1);
        for (var end = _clock.GetUtcNow() + time; _clock.GetUtcNow() < end;)
        {
            _clock.Pass(step);
        }
    }
}
