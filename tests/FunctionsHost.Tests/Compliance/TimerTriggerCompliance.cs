namespace Millrace.FunctionsHost.Tests;

/// <summary>Functions of a schedule.</summary>
public abstract class TimerTriggerCompliance(IHostUnderTest host) : HostCompliance(host)
{
    private static readonly (string, string) EverySecond = ("Schedule", "* * * * * *");

    [Fact]
    public async Task A_function_is_called_at_each_occurrence_whatever_it_throws()
    {
        await using var observer = await Observer.StartAsync(_ => throw new InvalidOperationException("no matter"));
        await using var host = await StartAsync("Scheduled", observer, EverySecond);

        var first = await observer.NextAsync();
        var second = await observer.NextAsync();

        Assert.False(first.Report.Timer!.IsPastDue);
        Assert.NotEqual(first.Report.InvocationId, second.Report.InvocationId);
        // Of a schedule that comes so often, nothing is remembered.
        Assert.Null(first.Report.Timer.ScheduleStatus);
    }

    [Fact]
    public async Task A_function_may_be_called_at_start_too()
    {
        await using var observer = await Observer.StartAsync();
        await using var host = await StartAsync("AtStart", observer);

        var timer = (await observer.NextAsync()).Report.Timer!;

        Assert.False(timer.IsPastDue);
        Assert.Equal((2, 29), (timer.ScheduleStatus!.Next.Month, timer.ScheduleStatus.Next.Day));
    }

    [Fact]
    public async Task A_call_that_takes_longer_than_its_schedule_is_the_only_one()
    {
        var running = 0;
        var most = 0;
        await using var observer = await Observer.StartAsync(async call =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await Task.Delay(TimeSpan.FromMilliseconds(call.Number == 1 ? 2_200 : 0), TimeProvider.System, call.Cancellation);
            Interlocked.Decrement(ref running);
        });
        await using var host = await StartAsync("Scheduled", observer, EverySecond);

        await observer.NextAsync();
        await observer.NextAsync();

        Assert.Equal(1, most);
    }

    [Fact]
    public async Task A_stop_cancels_the_call()
    {
        await using var observer = await Observer.StartAsync(call => call.UntilCancelledAsync());
        await using var host = await StartAsync("Scheduled", observer, EverySecond);
        var call = await observer.NextAsync();

        await host.StopAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.UntilCancelledAsync().WaitAsync(Calls.Patience));
    }
}
