using Microsoft.AspNetCore.Http;

namespace Millrace.Intake;

/// <summary>How much memory the bodies and events on their way take, all requests together. Safe for concurrent use.</summary>
/// <param name="limit">The most, in bytes.</param>
internal sealed class MemoryBudget(long limit)
{
    private long _used;

    /// <summary>How many bytes are taken.</summary>
    public long Used => Interlocked.Read(ref _used);

    /// <summary>Whether nothing more would be taken now.</summary>
    public bool IsSpent => Used >= limit;

    /// <summary>Takes some, unless that is more than there is.</summary>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= limit)
        {
            return true;
        }

        Give(bytes);
        return false;
    }

    /// <summary>Takes some.</summary>
    /// <exception cref="RequestRefusal">That is more than there is.</exception>
    public void Take(long bytes)
    {
        if (!TryTake(bytes))
        {
            throw new RequestRefusal(StatusCodes.Status503ServiceUnavailable, "Too many events wait to be stored.");
        }
    }

    /// <summary>Gives some back.</summary>
    public void Give(long bytes) => Interlocked.Add(ref _used, -bytes);
}
