using Millrace.Broker.Faults;

namespace Millrace.Broker.Tests.Faults;

public sealed class BrokerFaultsTests
{
    private readonly FaultPlan _plan = new();
    private readonly BrokerFaults _faults;

    public BrokerFaultsTests() => _faults = new BrokerFaults(_plan);

    [Fact]
    public void Without_faults_nothing_happens() => Assert.Null(Next(ApiKey.Produce));

    [Fact]
    public void The_next_requests_of_a_kind_fail_and_no_others()
    {
        _faults.Fail(ApiKey.Produce, 2, KafkaError.NotLeaderOrFollower);

        Assert.Null(Next(ApiKey.Fetch));
        var fault = new Fault.Fail(TimeSpan.Zero, KafkaError.NotLeaderOrFollower);
        Assert.Equal<IEnumerable<Fault?>>([fault, fault, null], [Next(ApiKey.Produce), Next(ApiKey.Produce), Next(ApiKey.Produce)]);
    }

    [Fact]
    public void Faults_of_one_kind_of_request_wait_for_one_another()
    {
        _faults.Fail(ApiKey.Produce, 1, KafkaError.NotLeaderOrFollower);
        _faults.Drop(ApiKey.Produce, DropPoint.AfterApplying);
        _faults.Drop(ApiKey.Produce, DropPoint.BeforeApplying);

        Assert.Equal<IEnumerable<Fault?>>(
            [new Fault.Fail(TimeSpan.Zero, KafkaError.NotLeaderOrFollower), new Fault.Drop(TimeSpan.Zero, DropPoint.AfterApplying), new Fault.Drop(TimeSpan.Zero, DropPoint.BeforeApplying), null],
            [Next(ApiKey.Produce), Next(ApiKey.Produce), Next(ApiKey.Produce), Next(ApiKey.Produce)]);
    }

    [Fact]
    public void A_delay_without_a_number_stays_until_it_is_cleared()
    {
        _faults.Delay(TimeSpan.FromSeconds(1));

        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(new Fault.Wait(TimeSpan.FromSeconds(1)), Next(ApiKey.Metadata));
        }

        _faults.Clear();
        Assert.Null(Next(ApiKey.Metadata));
        Assert.Empty(_faults.Pending);
    }

    [Fact]
    public void Delays_add_up_and_go_with_what_refuses()
    {
        _faults.Delay(TimeSpan.FromSeconds(1));
        _faults.Fail(ApiKey.Produce, 1, KafkaError.RequestTimedOut);
        _faults.Delay(TimeSpan.FromSeconds(2), ApiKey.Produce, times: 1);

        Assert.Equal(new Fault.Fail(TimeSpan.FromSeconds(3), KafkaError.RequestTimedOut), Next(ApiKey.Produce));
        Assert.Equal(new Fault.Wait(TimeSpan.FromSeconds(1)), Next(ApiKey.Produce));
    }

    [Theory]
    [InlineData(ApiKey.FindCoordinator, KafkaError.CoordinatorNotAvailable)]
    [InlineData(ApiKey.JoinGroup, KafkaError.NotCoordinator)]
    [InlineData(ApiKey.OffsetCommit, KafkaError.NotCoordinator)]
    [InlineData(ApiKey.TxnOffsetCommit, KafkaError.NotCoordinator)]
    [InlineData(ApiKey.EndTxn, KafkaError.NotCoordinator)]
    public void A_lost_coordinator_refuses_what_is_for_coordinators(ApiKey key, KafkaError error)
    {
        _faults.LoseCoordinator(1);

        Assert.Null(Next(ApiKey.Produce));
        Assert.Equal(new Fault.Fail(TimeSpan.Zero, error), Next(key));
        Assert.Null(Next(key));
    }

    [Fact]
    public void A_fault_may_concern_only_some_clients()
    {
        _faults.Fail(ApiKey.Produce, 1, KafkaError.PolicyViolation, clientId: "stage-a");
        _faults.Delay(TimeSpan.FromSeconds(1), clientId: "stage-b");

        Assert.Null(_plan.Next(ApiKey.Produce, "stage"));
        Assert.IsType<Fault.Wait>(_plan.Next(ApiKey.Produce, "stage-b"));
        Assert.IsType<Fault.Fail>(_plan.Next(ApiKey.Produce, "stage-a-7"));
    }

    [Fact]
    public void What_is_pending_says_how_often()
    {
        _faults.Fail(ApiKey.Produce, 3, KafkaError.PolicyViolation, "c");
        _faults.Drop(ApiKey.Fetch, DropPoint.AfterApplying);
        Next(ApiKey.Fetch);
        _plan.Next(ApiKey.Produce, "c");

        Assert.Equal(
            [new FaultState { Kind = FaultKind.Fail, Request = ApiKey.Produce, Remaining = 2, Error = KafkaError.PolicyViolation, ClientId = "c" }],
            _faults.Pending);
    }

    [Fact]
    public void A_number_or_a_delay_out_of_range_is_refused_by_name()
    {
        Assert.Equal("times", Assert.Throws<ArgumentOutOfRangeException>(() => _faults.Fail(ApiKey.Produce, 0, KafkaError.PolicyViolation)).ParamName);
        Assert.Equal("times", Assert.Throws<ArgumentOutOfRangeException>(() => _faults.Drop(ApiKey.Produce, DropPoint.AfterApplying, -1)).ParamName);
        Assert.Equal("times", Assert.Throws<ArgumentOutOfRangeException>(() => _faults.LoseCoordinator(0)).ParamName);
        Assert.Equal("times", Assert.Throws<ArgumentOutOfRangeException>(() => _faults.Delay(TimeSpan.Zero, times: 0)).ParamName);
        Assert.Equal("delay", Assert.Throws<ArgumentOutOfRangeException>(() => _faults.Delay(TimeSpan.FromTicks(-1))).ParamName);
        Assert.Equal("delay", Assert.Throws<ArgumentOutOfRangeException>(() => _faults.Delay(FaultState.MaxDelay + TimeSpan.FromTicks(1))).ParamName);
        Assert.Equal("error", Assert.Throws<ArgumentOutOfRangeException>(() => _faults.Fail(ApiKey.Produce, 1, KafkaError.None)).ParamName);
        Assert.Empty(_faults.Pending);
    }

    [Fact]
    public void The_number_of_faults_is_bounded()
    {
        for (var i = 0; i < FaultPlan.MaxFaults; i++)
        {
            _faults.LoseCoordinator(1);
        }

        Assert.Throws<InvalidOperationException>(() => _faults.LoseCoordinator(1));
    }

    [Fact]
    public async Task Of_requests_that_come_at_once_as_many_fail_as_were_planned()
    {
        _faults.Fail(ApiKey.Produce, 1_000, KafkaError.PolicyViolation);

        var failed = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Enumerable.Range(0, 500).Count(_ => Next(ApiKey.Produce) is Fault.Fail))));

        Assert.Equal(1_000, failed.Sum());
    }

    private Fault? Next(ApiKey key) => _plan.Next(key, "client");
}
