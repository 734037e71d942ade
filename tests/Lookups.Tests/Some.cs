using Microsoft.Extensions.Time.Testing;

namespace Millrace.Lookups.Tests;

internal static class Some
{
    public static Uri Uri { get; } = new("https://en.example.org/w/api.php?revids=7");

    public static FakeTimeProvider Clock() => new(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));

    /// <summary>Options under which every pause of the lookup's own is at most one second.</summary>
    public static LookupOptions Options(params string[] hosts)
    {
        var options = new LookupOptions { MaxDelay = TimeSpan.FromSeconds(1) };
        foreach (var host in hosts.DefaultIfEmpty("*.example.org"))
        {
            options.AllowedHosts.Add(host);
        }

        return options;
    }

    /// <summary>
    /// Lets time pass in small steps until the task is done. With a scripted server, all that happens at a step
    /// happens inside of it.
    /// </summary>
    public static async Task<T> PassUntilDoneAsync<T>(this FakeTimeProvider clock, ValueTask<T> lookup)
    {
        var task = lookup.AsTask();
        for (var step = 0; !task.IsCompleted && step < 20_000; step++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }

        Assert.True(task.IsCompleted, "The lookup did not end within 1,000 s.");
        return await task;
    }

    public static async Task<LookupException> FailureOfAsync<T>(this FakeTimeProvider clock, ValueTask<T> lookup) =>
        await Assert.ThrowsAsync<LookupException>(() => clock.PassUntilDoneAsync(lookup));
}
