namespace Millrace.Resilience;

/// <summary>Workers that come and go as the lag wants.</summary>
public sealed class ScalingTests(ITestOutputHelper output)
{
    [Fact]
    public Task From_no_worker_to_eight_and_back_leaves_everything_there_once() => Brief.RunAsync(output, Scaling.Burst);
}
