namespace Millrace.Local;

/// <summary>How many events a replay has requested so far, of all its stages.</summary>
internal sealed class RequestedEvents : IProgress<ReplayProgress>
{
    private ReplayProgress _last;
    private long _ofStagesBefore;
    private long _count;

    /// <summary>The number; for any thread.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <inheritdoc/>
    public void Report(ReplayProgress value)
    {
        _ofStagesBefore += value.Stage == _last.Stage ? 0 : _last.Requested;
        _last = value;
        Volatile.Write(ref _count, _ofStagesBefore + value.Requested);
    }
}
