namespace Millrace.Resilience;

/// <summary>Workers that write to a lake.</summary>
public sealed class LakeTests(ITestOutputHelper output)
{
    [Fact]
    public Task Workers_killed_stopped_and_doubled_leave_each_event_in_the_lake_once() => Brief.RunAsync(output, Stores.LakeWorkers);

    [Fact]
    public Task One_event_that_the_lake_refuses_is_one_error_event() => Brief.RunAsync(output, Stores.LakePoison);

    [DiskFact]
    public Task A_full_disk_of_the_lake_is_waited_for() => Brief.RunAsync(output, Stores.LakeFull);
}
