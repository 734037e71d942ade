namespace Millrace.Resilience;

/// <summary>A broker that breaks off, refuses or is slow.</summary>
public sealed class BrokerRequestTests(ITestOutputHelper output)
{
    [Fact]
    public Task Connections_dropped_around_requests_leave_everything_there_once() => Brief.RunAsync(output, BrokerFaults.Broken);

    [Fact]
    public Task Refused_requests_leave_everything_there_once() => Brief.RunAsync(output, BrokerFaults.Refusing);

    [Fact]
    public Task A_lost_coordinator_and_latency_leave_everything_there_once() => Brief.RunAsync(output, BrokerFaults.Coordinator);
}
