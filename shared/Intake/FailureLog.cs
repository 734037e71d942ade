using Microsoft.Extensions.Logging;

namespace Millrace.Intake;

/// <summary>Logs that events are not stored: at once, and then at most once a second, with their number. Safe for concurrent use.</summary>
internal sealed partial class FailureLog(ILogger log, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private long? _last;
    private long _count;

    /// <summary>Notes what became of events, where some are neither stored nor at fault themselves.</summary>
    public void Note(EventFate[] fates)
    {
        var (failed, reason) = (0, "");
        foreach (var fate in fates)
        {
            if (fate is { IsStored: false, IsInvalid: false })
            {
                (failed, reason) = (failed + 1, fate.Refusal is null ? fate.Message : "a schema repository does not answer");
            }
        }

        if (failed > 0)
        {
            Note(failed, reason);
        }
    }

    /// <summary>Notes events that are not stored.</summary>
    /// <param name="failed">How many.</param>
    /// <param name="reason">Why; nothing of an event.</param>
    public void Note(int failed, string reason)
    {
        long count;
        lock (_gate)
        {
            _count += failed;
            if (_last is { } last && time.GetElapsedTime(last) < Interval)
            {
                return;
            }

            (count, _count, _last) = (_count, 0, time.GetTimestamp());
        }

        LogNotStored(log, count, reason);
    }
}
