namespace Millrace.Resilience;

/// <summary>Too little disk, too little memory.</summary>
public sealed class ResourceTests(ITestOutputHelper output)
{
    [DiskFact]
    public Task A_full_disk_of_the_broker_leaves_everything_there_once() => Brief.RunAsync(output, Resources.FullDisk);

    [Fact]
    public Task A_worker_with_little_memory_leaves_everything_there_once() => Brief.RunAsync(output, Resources.LittleMemory);
}
