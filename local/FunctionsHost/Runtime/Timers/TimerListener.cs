using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace Millrace.FunctionsHost;

/// <summary>Calls one function by its schedule, one call at a time.</summary>
/// <remarks>
/// Occurrences during a call are skipped. One that was missed while the host was down is made up for, once, at start, as past
/// due: where occurrences are remembered. What the function throws is logged.
/// </remarks>
internal sealed partial class TimerListener(
    FunctionMethod function, Schedule schedule, TimerMemory? memory, FunctionInvoker invoker, FunctionStatus status, TimeProvider time, ILogger logger)
    : IFunctionListener
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly bool _runOnStartup = ((TimerFunctionTrigger)function.Trigger).Attribute.RunOnStartup;
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellation)
    {
        memory?.Read();
        if (memory is { Status: null })
        {
            // From here on there is something to miss.
            Remember(null);
        }

        _running = RunAsync();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken patience)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        try
        {
            await _running.WaitAsync(patience).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Abandoned(logger, function.Name);
        }

        status.Stop();
    }

    public void Dispose() => _stop.Dispose();

    /// <summary>What of a timer is remembered: nothing where it comes more often than once in a minute, as in the real host.</summary>
    public static bool IsRemembered(TimerTriggerAttribute trigger, Schedule schedule, DateTimeOffset now) =>
        trigger.UseMonitor && (schedule.Next(now) is not { } first || schedule.Next(first) is not { } second || second - first >= TimeSpan.FromMinutes(1));

    private async Task RunAsync()
    {
        var wasMissed = memory?.Status is { } known && known.Next != default && known.Next <= time.GetUtcNow().UtcDateTime;
        if (_runOnStartup || wasMissed)
        {
            await CallAsync(time.GetUtcNow(), wasMissed).ConfigureAwait(false);
        }

        while (schedule.Next(time.GetUtcNow()) is { } next && await WaitAsync(next).ConfigureAwait(false))
        {
            await CallAsync(next, isPastDue: false).ConfigureAwait(false);
        }
    }

    private async Task<bool> WaitAsync(DateTimeOffset next)
    {
        while (!_stop.IsCancellationRequested && next - time.GetUtcNow() is var left && left > TimeSpan.Zero)
        {
            await Task.Delay(left < Longest ? left : Longest, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return !_stop.IsCancellationRequested;
    }

    private async Task CallAsync(DateTimeOffset occurrence, bool isPastDue)
    {
        var before = memory is null ? null : new ScheduleStatus { Last = memory.Status?.Last ?? default, Next = Next(occurrence), LastUpdated = memory.Status?.LastUpdated ?? default };
        status.Begin(0);
        var error = await invoker.InvokeAsync(new TimerCall(before, isPastDue), _stop.Token).ConfigureAwait(false);
        status.End();
        if (error is not null && _stop.IsCancellationRequested)
        {
            // What was cut off counts as missed.
            return;
        }

        if (error is not null)
        {
            status.Fail(error);
            Failed(logger, error, function.Name);
        }

        Remember(occurrence);
    }

    private void Remember(DateTimeOffset? occurrence)
    {
        var now = time.GetUtcNow();
        try
        {
            memory?.Write(new ScheduleStatus { Last = occurrence?.UtcDateTime ?? default, Next = Next(now), LastUpdated = now.UtcDateTime });
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            NotRemembered(logger, cause, function.Name, TimerMemory.Setting);
        }
    }

    private DateTime Next(DateTimeOffset after) => schedule.Next(after)?.UtcDateTime ?? default;
}
