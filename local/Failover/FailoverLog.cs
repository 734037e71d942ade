namespace Millrace.Local;

/// <summary>What a fail-over has done, step by step.</summary>
internal sealed class FailoverLog(TimeProvider time, Action<FailoverStep> show)
{
    private readonly List<FailoverStep> _steps = [];
    private readonly List<string> _left = [];
    private long _last = time.GetTimestamp();

    /// <summary>All steps so far.</summary>
    public IReadOnlyList<FailoverStep> Steps => _steps;

    /// <summary>What is left to be done by running it again, or by hand.</summary>
    public IReadOnlyList<string> Left => _left;

    /// <summary>Says what was just done; it has taken since the last step.</summary>
    public void Say(string stage, string datacenter, string what)
    {
        var now = time.GetTimestamp();
        var step = new FailoverStep(time.GetUtcNow(), time.GetElapsedTime(_last, now), stage, datacenter, what);
        _last = now;
        _steps.Add(step);
        show(step);
    }

    /// <summary>Says what could not be done.</summary>
    public void Leave(string stage, string datacenter, string what)
    {
        _left.Add($"{stage} in {datacenter}: {what}");
        Say(stage, datacenter, what);
    }
}

/// <summary>A step of a fail-over.</summary>
/// <param name="At">When it was done.</param>
/// <param name="Took">How long that took.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Datacenter">Where.</param>
/// <param name="What">What.</param>
internal sealed record FailoverStep(DateTimeOffset At, TimeSpan Took, string Stage, string Datacenter, string What);
