using Microsoft.Extensions.Time.Testing;
using Millrace.Core;

namespace Millrace.Local.Tests;

public sealed class PipelineTraceTests
{
    private static readonly Outcome Filtered = new Outcome.Filtered("canary");

    private readonly FakeTimeProvider _time = new();
    private readonly PipelineTrace _trace;

    public PipelineTraceTests() => _trace = new PipelineTrace(_time);

    [Fact]
    public void A_step_is_charged_with_its_own_time_and_not_with_that_of_the_steps_within()
    {
        Enter("Outer", 1);
        Enter("Inner", 10);
        Leave("Inner", 100);
        Enter("Inner", 1_000);
        Leave("Inner", 10_000);
        Leave("Outer", 0);

        Assert.Equal([("Outer", 0, 10_101), ("Inner", 1, 10), ("Inner", 1, 1_000)], _trace.Steps.Select(step => (step.Name, step.Depth, (int)step.Time.TotalMilliseconds)));
    }

    [Fact]
    public void An_attempt_that_was_given_up_and_ends_later_does_not_confuse_the_steps_around_it()
    {
        Enter("Outer", 1);
        Enter("Timeout", 1);
        Enter("Stage", 1);
        Leave("Timeout", 1);
        Leave("Stage", 1);
        Leave("Outer", 0);

        Assert.Equal([("Outer", "filtered: canary"), ("Timeout", "filtered: canary"), ("Stage", "given up")], _trace.Steps.Select(step => (step.Name, step.Outcome)));
    }

    private void Enter(string step, int milliseconds)
    {
        _trace.Enter(step, null!);
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
    }

    private void Leave(string step, int milliseconds)
    {
        _trace.Leave(step, null!, Filtered);
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
    }
}
