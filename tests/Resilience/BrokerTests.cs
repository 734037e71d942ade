namespace Millrace.Resilience;

/// <summary>A broker that dies, goes away, breaks off, refuses or is slow.</summary>
public sealed class BrokerTests(ITestOutputHelper output)
{
    [Fact]
    public Task A_broker_that_is_killed_and_restarted_leaves_everything_there_once() => Brief.RunAsync(output, BrokerFaults.Killed);

    [Fact]
    public Task A_broker_out_of_reach_leaves_everything_there_once() => Brief.RunAsync(output, BrokerFaults.Away);
}
