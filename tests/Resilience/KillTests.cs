namespace Millrace.Resilience;

/// <summary>A worker that is killed loses nothing, and does nothing twice.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    [Fact]
    public Task Twenty_kills_of_the_worker_leave_everything_there_once() => Brief.RunAsync(output, Kills.Worker);
}
