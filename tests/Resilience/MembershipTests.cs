namespace Millrace.Resilience;

/// <summary>Members that come and go.</summary>
public sealed class MembershipTests(ITestOutputHelper output)
{
    [Fact]
    public Task Members_that_join_and_leave_leave_everything_there_once_with_eager_assignment() => Brief.RunAsync(output, Membership.Eager);

    [Fact]
    public Task Members_that_join_and_leave_leave_everything_there_once_with_cooperative_assignment() => Brief.RunAsync(output, Membership.Cooperative);
}
