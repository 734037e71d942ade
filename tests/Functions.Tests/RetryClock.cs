using Microsoft.Extensions.Time.Testing;

namespace Millrace.Functions.Tests;

/// <summary>A clock that moves on only while a stage waits for its next attempt.</summary>
internal sealed class RetryClock(TimeSpan retryDelay) : FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero)), IDisposable
{
    private readonly SemaphoreSlim _delays = new(0);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime == retryDelay)
        {
            _delays.Release();
        }

        return timer;
    }

    /// <summary>Lets time pass until the work is done.</summary>
    public async Task<T> UntilDoneAsync<T>(Task<T> work)
    {
        while (true)
        {
            var delay = _delays.WaitAsync();
            if (await Task.WhenAny(work, delay) == work)
            {
                return await work;
            }

            Advance(retryDelay);
        }
    }

    public void Dispose() => _delays.Dispose();
}
