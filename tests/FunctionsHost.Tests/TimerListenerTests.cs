using System.Threading.Channels;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Millrace.FunctionsHost.Tests;

/// <summary>Timers by a clock that the test moves.</summary>
public sealed class TimerListenerTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("millrace-timers-");
    private readonly WatchedTime _time = new();
    private readonly Channel<TimerInfo> _calls = Channel.CreateUnbounded<TimerInfo>();
    private readonly List<TimerListener> _listeners = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await Task.WhenAll(_listeners.Select(listener => listener.StopAsync(CancellationToken.None)));
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task It_waits_for_each_occurrence()
    {
        await StartAsync("0 */5 * * * *");

        await AdvanceAsync(TimeSpan.FromSeconds(299));
        Assert.False(_calls.Reader.TryRead(out _));
        _time.Advance(TimeSpan.FromSeconds(1));
        var first = await NextAsync();
        await AdvanceUntilCalledAsync(TimeSpan.FromMinutes(5));

        Assert.False(first.IsPastDue);
        Assert.Equal(Noon.AddMinutes(10).UtcDateTime, first.ScheduleStatus!.Next);
        Assert.Equal(default, first.ScheduleStatus.Last);
    }

    [Fact]
    public async Task A_pause_of_more_than_a_month_is_waited_for()
    {
        await StartAsync("0 0 12 1 3 *");

        for (var day = 0; day < 97; day++)
        {
            await AdvanceAsync(TimeSpan.FromDays(1));
        }

        Assert.False(_calls.Reader.TryRead(out _));
        await AdvanceUntilCalledAsync(TimeSpan.FromDays(1));
        Assert.Equal(new DateTimeOffset(2027, 3, 1, 12, 0, 0, TimeSpan.Zero), _time.GetUtcNow());
    }

    [Fact]
    public async Task An_occurrence_that_was_missed_while_the_host_was_down_is_made_up_for_once()
    {
        var before = await StartAsync("0 */5 * * * *", _directory.FullName);
        await AdvanceUntilCalledAsync(TimeSpan.FromMinutes(5));
        // It is remembered when the call is over, which a stop waits for.
        await StopAsync(before);
        _time.Advance(TimeSpan.FromMinutes(20));

        await StartAsync("0 */5 * * * *", _directory.FullName);
        var late = await NextAsync();

        Assert.True(late.IsPastDue);
        Assert.Equal(Noon.AddMinutes(5).UtcDateTime, late.ScheduleStatus!.Last);
        await AdvanceUntilCalledAsync(TimeSpan.FromMinutes(5), isPastDue: false);
    }

    [Fact]
    public async Task Nothing_was_missed_where_the_next_occurrence_is_still_to_come()
    {
        var before = await StartAsync("0 */5 * * * *", _directory.FullName);
        await StopAsync(before);
        _time.Advance(TimeSpan.FromMinutes(4));

        await StartAsync("0 */5 * * * *", _directory.FullName);

        await AdvanceUntilCalledAsync(TimeSpan.FromMinutes(1), isPastDue: false);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_counts_as_none()
    {
        File.WriteAllText(Path.Combine(_directory.FullName, "Timed.json"), "{");

        await StartAsync("0 */5 * * * *", _directory.FullName);

        await AdvanceUntilCalledAsync(TimeSpan.FromMinutes(5), isPastDue: false);
    }

    [Theory]
    [InlineData("0 * * * * *", true, true)]
    [InlineData("*/30 * * * * *", true, false)]
    [InlineData("00:00:59", true, false)]
    [InlineData("0 * * * * *", false, false)]
    public void Only_schedules_of_a_minute_or_more_are_remembered(string schedule, bool useMonitor, bool remembered) =>
        Assert.Equal(remembered, TimerListener.IsRemembered(new TimerTriggerAttribute(schedule) { UseMonitor = useMonitor }, Schedule.Parse(schedule), Noon));

    private async Task<TimerListener> StartAsync(string schedule, string? directory = null)
    {
        var services = new ServiceCollection().AddSingleton<Func<TimerInfo, Task>>(timer => _calls.Writer.WriteAsync(timer).AsTask()).BuildServiceProvider();
        var function = new FunctionMethod("Timed", typeof(Functions).GetMethod(nameof(Functions.Timed))!);
        FunctionExecutionDelegate pipeline = FunctionInvoker.CallAsync;
        var invoker = new FunctionInvoker(function, pipeline, services.GetRequiredService<IServiceScopeFactory>(), _time, NullLogger.Instance);
        var listener = new TimerListener(function, Schedule.Parse(schedule), new TimerMemory("Timed", directory), invoker, new FunctionStatus("Timed", consumes: false), _time, NullLogger.Instance);
        _listeners.Add(listener);
        await listener.StartAsync(CancellationToken.None);
        return listener;
    }

    private async Task<TimerInfo> NextAsync()
    {
        using var patience = new CancellationTokenSource(Calls.Patience);
        return await _calls.Reader.ReadAsync(patience.Token);
    }

    private async Task StopAsync(TimerListener listener)
    {
        await listener.StopAsync(CancellationToken.None);
        while (_time.Waits.Wait(0))
        {
            // Waits of a listener that is gone.
        }
    }

    // A clock that is moved before anybody waits by it wakes nobody.
    private async Task AdvanceAsync(TimeSpan pause)
    {
        await _time.Waits.WaitAsync(Calls.Patience);
        _time.Advance(pause);
    }

    private async Task AdvanceUntilCalledAsync(TimeSpan pause, bool? isPastDue = null)
    {
        await AdvanceAsync(pause);
        var timer = await NextAsync();
        Assert.Equal(isPastDue ?? timer.IsPastDue, timer.IsPastDue);
    }

    private sealed class WatchedTime() : FakeTimeProvider(Noon)
    {
        /// <summary>Has one for each wait that has begun.</summary>
        public SemaphoreSlim Waits { get; } = new(0);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            Waits.Release();
            return timer;
        }
    }

    /// <summary>Not discovered: it has no function attribute.</summary>
    public sealed class Functions(Func<TimerInfo, Task> function)
    {
        public Task Timed([TimerTrigger("%Unused%")] TimerInfo timer) => function(timer);
    }
}
