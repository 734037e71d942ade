using Millrace.Core;

namespace Millrace.Local;

/// <summary>The steps that one event passes, with the time that each takes by itself: without the steps within.</summary>
internal sealed class PipelineTrace(TimeProvider time) : IPipelineWatch
{
    private readonly Lock _lock = new();
    private readonly List<TraceStep> _steps = [];
    private readonly Stack<(TraceStep Step, long Entered, TimeSpan Within)> _open = new();

    /// <summary>The steps in the order in which they were entered; a retried event enters some of them again.</summary>
    public IReadOnlyList<TraceStep> Steps => _steps;

    /// <inheritdoc/>
    public void Enter(string step, StageContext context)
    {
        lock (_lock)
        {
            var entered = new TraceStep { Name = step, Depth = _open.Count };
            _steps.Add(entered);
            _open.Push((entered, time.GetTimestamp(), TimeSpan.Zero));
        }
    }

    /// <inheritdoc/>
    public void Leave(string step, StageContext context, Outcome? outcome)
    {
        lock (_lock)
        {
            // An attempt that was given up may end when those around it have: it is then no longer of interest.
            while (_open.Any(open => open.Step.Name == step))
            {
                var (left, entered, within) = _open.Pop();
                var whole = time.GetElapsedTime(entered);
                left.Time = whole - within;
                left.Outcome = left.Name == step ? Describe(outcome) : "given up";
                if (_open.TryPop(out var outer))
                {
                    _open.Push(outer with { Within = outer.Within + whole });
                }

                if (left.Name == step)
                {
                    return;
                }
            }
        }
    }

    /// <summary>An outcome in a word or two.</summary>
    public static string Describe(Outcome? outcome) => outcome switch
    {
        Outcome.Emitted => "emitted",
        Outcome.Filtered filtered => $"filtered: {filtered.Reason}",
        Outcome.Failed { Error: var error } => $"failed: {error.Type}{(error.Transient ? ", may be tried again" : "")}",
        _ => "an exception",
    };
}
