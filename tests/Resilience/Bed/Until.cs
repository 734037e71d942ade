namespace Millrace.Resilience;

/// <summary>Waiting for what must happen, however slow the machine.</summary>
internal static class Until
{
    /// <summary>The longest that a scenario waits for one thing; nothing asserts on it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(240);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    /// <summary>Returns as soon as the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not within the patience.</exception>
    public static async Task IsTrueAsync(string what, Func<bool> condition)
    {
        if (!await MayBeTrueAsync(condition, Patience))
        {
            throw new TimeoutException($"Within {Patience.TotalSeconds} s it did not come about that {what}.");
        }
    }

    /// <summary>Returns as soon as the condition holds, or false after the patience.</summary>
    public static async Task<bool> MayBeTrueAsync(Func<bool> condition, TimeSpan patience)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > patience)
            {
                return false;
            }

            await Task.Delay(Pause, TimeProvider.System);
        }

        return true;
    }
}
