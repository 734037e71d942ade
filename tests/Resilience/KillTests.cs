namespace Millrace.Resilience;

/// <summary>A worker that is killed or replaced loses nothing, and does nothing twice.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    [Fact]
    public Task Kills_of_the_worker_at_any_moment_and_at_every_step_leave_everything_there_once() => Brief.RunAsync(output, Kills.Worker);
}
