using Millrace.Testing;

namespace Millrace.Functions.Tests;

public sealed class FixtureClockTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private readonly FixtureClock _clock = new(Noon);

    [Fact]
    public async Task A_pause_is_over_at_once_and_has_passed_on_the_clock()
    {
        var started = _clock.GetTimestamp();

        await Task.Delay(TimeSpan.FromDays(1), _clock);

        Assert.Equal(Noon.AddDays(1), _clock.GetUtcNow());
        Assert.Equal(TimeSpan.FromDays(1), _clock.GetElapsedTime(started));
    }

    [Fact]
    public async Task A_pause_before_a_deadline_does_not_bring_it_about()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromHours(1), _clock);

        await Task.Delay(TimeSpan.FromMinutes(59), _clock, deadline.Token);

        Assert.False(deadline.IsCancellationRequested);
    }

    [Fact]
    public void A_pause_that_would_outlast_a_deadline_is_not_left_out()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromHours(1), _clock);
        using var test = new CancellationTokenSource();

        var pause = Task.Delay(TimeSpan.FromHours(2), _clock, test.Token);

        Assert.False(pause.IsCompleted);
        Assert.Equal(Noon, _clock.GetUtcNow());
        test.Cancel();
    }

    [Fact]
    public async Task A_deadline_that_is_taken_back_stands_in_nobodys_way()
    {
        using (new CancellationTokenSource(TimeSpan.FromSeconds(1), _clock))
        {
        }

        await Task.Delay(TimeSpan.FromHours(2), _clock);

        Assert.Equal(Noon.AddHours(2), _clock.GetUtcNow());
    }

    [Fact]
    public async Task A_deadline_strikes_in_its_own_time()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(1), _clock);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Delay(Timeout.InfiniteTimeSpan, _clock, deadline.Token));
    }

    [Fact]
    public async Task Every_event_begins_at_the_start()
    {
        await Task.Delay(TimeSpan.FromHours(2), _clock);

        _clock.Reset();

        Assert.Equal(Noon, _clock.GetUtcNow());
    }
}
