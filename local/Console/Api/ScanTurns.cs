using Microsoft.AspNetCore.Http;

namespace Millrace.Local;

/// <summary>Lets few read much of a cluster at a time, and none for long.</summary>
internal sealed class ScanTurns(TimeProvider time) : IDisposable
{
    /// <summary>How many read at a time.</summary>
    public const int Most = 2;

    /// <summary>How long one may read.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _turns = new(Most);

    /// <summary>How long one waits for a turn.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Reads, in turn.</summary>
    /// <exception cref="ConsoleRefusal">Too many read already, or it took too long.</exception>
    public async Task<T> RunAsync<T>(HttpContext http, Func<CancellationToken, Task<T>> read)
    {
        if (!await _turns.WaitAsync(Patience, http.RequestAborted))
        {
            throw ConsoleRefusal.Busy($"{Most} searches go on already, which is all that this console does at a time. Come again.");
        }

        using var longest = new CancellationTokenSource(Longest, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, longest.Token);
        try
        {
            return await read(end.Token);
        }
        catch (OperationCanceledException) when (longest.IsCancellationRequested)
        {
            throw new ConsoleRefusal(StatusCodes.Status504GatewayTimeout, "It took too long", $"Not all was read within {Longest.TotalSeconds:0} s: from and to narrow it.");
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>Ends it.</summary>
    public void Dispose() => _turns.Dispose();
}
