using System.Buffers.Binary;
using Microsoft.Extensions.Time.Testing;
using Millrace.Broker.Faults;
using Millrace.Broker.Groups;
using Millrace.Broker.Protocol;
using Millrace.Broker.Requests;
using Millrace.Broker.Server;

namespace Millrace.Broker.Tests.Server;

public sealed class DispatcherTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly RecordedLog _log = new();
    private readonly FaultPlan _faults = new();
    private readonly FrameBuffer _answer = new();
    private readonly Dispatcher _dispatcher;
    private Func<HeartbeatResponse> _heartbeat = () => new HeartbeatResponse();
    private int _applied;

    public DispatcherTests()
    {
        var apis = new ApiTable(
        [
            Api.Of<HeartbeatRequest>(_ =>
            {
                _applied++;
                return _heartbeat();
            }),
            Api.Of<ListGroupsRequest>(_ => new ListGroupsResponse { Groups = [new() { GroupId = new string('g', 40_000) }] }),
            Api.Of<ProduceRequest>(request => request.Refuse(KafkaError.None)),
        ]);
        _dispatcher = new Dispatcher(apis, _faults, _time, _log);
    }

    public void Dispose() => _answer.Dispose();

    [Fact]
    public async Task A_request_is_answered_under_its_number()
    {
        Assert.Equal(Dispatched.Answered, await Dispatch(RawClient.Frame(new HeartbeatRequest(), correlationId: 77)));

        Assert.Equal(77, BinaryPrimitives.ReadInt32BigEndian(Answer));
    }

    [Fact]
    public async Task A_failure_that_was_ordered_refuses_without_an_effect()
    {
        _faults.Add(new FaultState { Kind = FaultKind.Fail, Request = ApiKey.Heartbeat, Error = KafkaError.NotCoordinator, Remaining = 1 });

        Assert.Equal(KafkaError.NotCoordinator, await Heartbeat());
        Assert.Equal(0, _applied);
        Assert.Equal(KafkaError.None, await Heartbeat());
    }

    [Fact]
    public async Task A_lost_coordinator_refuses_what_it_coordinates()
    {
        _faults.Add(new FaultState { Kind = FaultKind.LoseCoordinator, Remaining = 1 });

        Assert.Equal(KafkaError.NotCoordinator, await Heartbeat());
        Assert.Equal(KafkaError.None, await Heartbeat());
    }

    [Theory]
    [InlineData(DropPoint.BeforeApplying, 0)]
    [InlineData(DropPoint.AfterApplying, 1)]
    public async Task A_drop_closes_the_connection_before_or_after_the_effect(DropPoint point, int applied)
    {
        _faults.Add(new FaultState { Kind = FaultKind.Drop, Request = ApiKey.Heartbeat, Point = point, Remaining = 1 });

        Assert.Equal(Dispatched.Close, await Dispatch(RawClient.Frame(new HeartbeatRequest())));
        Assert.Equal(applied, _applied);
    }

    [Fact]
    public async Task A_delay_passes_before_the_effect_and_ends_when_the_client_leaves()
    {
        _faults.Add(new FaultState { Kind = FaultKind.Delay, Delay = TimeSpan.FromSeconds(10) });
        var answer = Dispatch(RawClient.Frame(new HeartbeatRequest()));
        Assert.Equal((false, 0), (answer.IsCompleted, _applied));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(Dispatched.Answered, await answer.WaitAsync(Clients.Patience));

        using var aborted = new CancellationTokenSource();
        var left = Dispatch(RawClient.Frame(new HeartbeatRequest()), aborted.Token);
        await aborted.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left.WaitAsync(Clients.Patience));
        Assert.Equal(1, _applied);
    }

    [Fact]
    public async Task A_bug_becomes_an_error_of_the_answer_and_a_line_in_the_log()
    {
        _heartbeat = () => throw new InvalidOperationException("the bug");

        Assert.Equal(KafkaError.UnknownServerError, await Heartbeat());
        Assert.Contains("A Heartbeat request of raw failed: System.InvalidOperationException: the bug", Assert.Single(_log.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_cannot_be_written_becomes_a_refusal_and_a_line_in_the_log()
    {
        Assert.Equal(Dispatched.Answered, await Dispatch(RawClient.Frame(new ListGroupsRequest(), version: 2)));

        var answer = RawClient.Read<ListGroupsRequest, ListGroupsResponse>(Answer, version: 2);
        Assert.Equal((KafkaError.UnknownServerError, 0), (answer.Error, answer.Groups.Count));
        Assert.Contains(nameof(OverflowException), Assert.Single(_log.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_wants_no_answer_gets_none_not_even_a_refusal()
    {
        _faults.Add(new FaultState { Kind = FaultKind.Fail, Request = ApiKey.Produce, Error = KafkaError.NotLeaderOrFollower, Remaining = 1 });

        Assert.Equal(Dispatched.Unanswered, await Dispatch(RawClient.Frame(new ProduceRequest { Acks = 0 })));
        Assert.Empty(_faults.Pending);
        Assert.Equal(Dispatched.Unanswered, await Dispatch(RawClient.Frame(new ProduceRequest { Acks = 0 })));
        Assert.Equal(Dispatched.Answered, await Dispatch(RawClient.Frame(new ProduceRequest { Acks = 1 })));
    }

    [Fact]
    public async Task The_question_for_versions_in_one_that_is_not_offered_is_answered_in_the_first()
    {
        await Dispatch(RawClient.Frame((short)ApiKey.ApiVersions, 99, 5, "raw", new ApiVersionsRequest(), flexible: true));

        var answer = RawClient.Read<ApiVersionsRequest, ApiVersionsResponse>(Answer, version: 0);
        Assert.Equal(KafkaError.UnsupportedVersion, answer.Error);
        Assert.Equal([ApiKey.Produce, ApiKey.Heartbeat, ApiKey.ListGroups, ApiKey.ApiVersions], answer.Apis.Select(api => (ApiKey)api.Key));
    }

    [Fact]
    public async Task Any_other_request_that_is_not_offered_is_none()
    {
        var error = await Assert.ThrowsAsync<WireException>(() => Dispatch(RawClient.Frame((short)ApiKey.Heartbeat, 99, 5, "raw", new HeartbeatRequest(), flexible: false)));

        Assert.Equal("Request 12 is not answered in version 99.", error.Message);
    }

    private byte[] Answer => _answer.Frame[4..].ToArray();

    private async Task<KafkaError> Heartbeat()
    {
        Assert.Equal(Dispatched.Answered, await Dispatch(RawClient.Frame(new HeartbeatRequest())));
        return RawClient.Read<HeartbeatRequest, HeartbeatResponse>(Answer).Error;
    }

    private Task<Dispatched> Dispatch(byte[] frame, CancellationToken aborted = default)
    {
        _answer.Clear();
        return _dispatcher.AnswerAsync(frame.AsMemory(4), "peer", _answer, aborted).AsTask();
    }
}
