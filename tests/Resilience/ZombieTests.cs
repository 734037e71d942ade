namespace Millrace.Resilience;

/// <summary>A worker that was stopped, and replaced meanwhile, writes nothing that its successor has written.</summary>
public sealed class ZombieTests(ITestOutputHelper output)
{
    [Fact]
    public Task A_worker_that_goes_on_after_it_was_replaced_leaves_everything_there_once() => Brief.RunAsync(output, Zombies.Resume);
}
