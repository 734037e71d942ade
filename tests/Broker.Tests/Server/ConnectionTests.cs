using Millrace.Broker.Groups;
using Millrace.Broker.Protocol;
using Millrace.Broker.Requests;
using Millrace.Broker.Server;

namespace Millrace.Broker.Tests.Server;

public sealed class ConnectionTests
{
    [Fact]
    public async Task Requests_that_come_at_once_are_answered_in_their_order()
    {
        await using var listener = new ScriptedListener(apis: Api.Of<HeartbeatRequest>(_ => new HeartbeatResponse()));
        using var client = await listener.ConnectAsync();

        await client.SendAsync(Enumerable.Range(0, 5_000).SelectMany(id => RawClient.Frame(new HeartbeatRequest(), correlationId: id)).ToArray());

        for (var id = 0; id < 5_000; id++)
        {
            Assert.Equal(id, await client.ReceiveIdAsync());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(70_000)]
    public async Task Requests_that_come_in_pieces_are_answered(int piece)
    {
        await using var listener = new ScriptedListener(apis: Api.Of<SyncGroupRequest>(request => new SyncGroupResponse { Assignment = request.Assignments[0].Assignment }));
        using var client = await listener.ConnectAsync();
        var assignment = new byte[piece > 10 ? 300_000 : 100];
        new Random(1).NextBytes(assignment);
        var frame = RawClient.Frame(new SyncGroupRequest { Assignments = [new() { MemberId = "m", Assignment = assignment }] });

        foreach (var part in frame.Chunk(piece))
        {
            await client.SendAsync(part);
        }

        Assert.Equal(assignment, RawClient.Read<SyncGroupRequest, SyncGroupResponse>((await client.ReceiveAsync())!).Assignment);
    }

    [Fact]
    public async Task What_came_in_while_a_request_waited_is_answered_without_more_coming_in()
    {
        var (waiting, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var listener = new ScriptedListener(
            apis:
            [
                Api.Of<HeartbeatRequest>(async (_, _) =>
                {
                    waiting.TrySetResult();
                    await release.Task;
                    return new HeartbeatResponse();
                }),
                Api.Of<FindCoordinatorRequest>(request => request.Answer(_ => new Coordinator())),
            ]);
        using (var client = await listener.ConnectAsync())
        {
            await client.SendAsync(RawClient.Frame(new HeartbeatRequest(), correlationId: 1));
            await waiting.Task.WaitAsync(Clients.Patience);
            await client.SendAsync(RawClient.Frame(new FindCoordinatorRequest(), correlationId: 2), RawClient.Frame(new FindCoordinatorRequest(), correlationId: 3));

            // A second connection that is answered has given the first one's bytes time to come in.
            using var other = await listener.ConnectAsync();
            await other.AskAsync<FindCoordinatorRequest, FindCoordinatorResponse>(new FindCoordinatorRequest());
            release.SetResult();

            Assert.Equal(1, await client.ReceiveIdAsync());
            Assert.Equal(2, await client.ReceiveIdAsync());
            Assert.Equal(3, await client.ReceiveIdAsync());
        }
    }

    [Theory]
    [InlineData(0, 100)]
    [InlineData(3, 4_096)]
    [InlineData(7, 2_048)]
    [InlineData(1_000, 100)]
    public async Task Who_works_on_a_request_is_told_when_its_client_leaves(int requestsBefore, int requestBytes)
    {
        // Some fill what is received ahead to its last byte.
        var padding = new string('c', requestBytes - RawClient.Frame(new HeartbeatRequest { GroupId = "wait" }, clientId: "").Length);
        var (waiting, left) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var listener = new ScriptedListener(apis: Api.Of<HeartbeatRequest>(async (request, context) =>
        {
            // Not done at once, so that every request is one during which something may come in.
            await Task.Yield();
            if (request.GroupId == "wait")
            {
                context.Aborted.Register(left.SetResult);
                waiting.SetResult();
                await left.Task;
            }

            return new HeartbeatResponse();
        }));
        using (var client = await listener.ConnectAsync())
        {
            for (var i = 0; i < requestsBefore; i++)
            {
                await client.AskAsync<HeartbeatRequest, HeartbeatResponse>(new HeartbeatRequest { GroupId = "pass" }, clientId: padding);
            }

            await client.SendAsync(RawClient.Frame(new HeartbeatRequest { GroupId = "wait" }, clientId: padding));
            await waiting.Task.WaitAsync(Clients.Patience);
        }

        await left.Task.WaitAsync(Clients.Patience);
        Assert.Empty(listener.Log.Errors);
    }

    [Fact]
    public async Task A_client_that_does_not_read_its_answer_is_disconnected_and_holds_nobody_up()
    {
        await using var listener = new ScriptedListener(
            apis:
            [
                Api.Of<FetchRequest>(_ => new FetchResponse { Topics = [new() { Name = "t", Partitions = [new() { Records = new RecordBytes(new byte[64 * 1024 * 1024]) }] }] }),
                Api.Of<HeartbeatRequest>(_ => new HeartbeatResponse()),
            ]);
        using var deaf = await listener.ConnectAsync(receiveBuffer: 4096);
        await deaf.SendAsync(RawClient.Frame(new FetchRequest()));
        using var other = await listener.ConnectAsync();

        using var patience = new CancellationTokenSource(Clients.Patience);
        while (listener.Log.Warnings.Count == 0)
        {
            patience.Token.ThrowIfCancellationRequested();
            await other.AskAsync<HeartbeatRequest, HeartbeatResponse>(new HeartbeatRequest());
            listener.Time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Contains("does not read", Assert.Single(listener.Log.Warnings), StringComparison.Ordinal);
        Assert.Empty(listener.Log.Errors);
    }

    [Fact]
    public async Task A_connection_that_is_closed_in_the_middle_of_an_answer_concerns_nobody_else()
    {
        await using var listener = new ScriptedListener(
            apis: Api.Of<FetchRequest>(_ => new FetchResponse { Topics = [new() { Name = "t", Partitions = [new() { Records = new RecordBytes(new byte[1024 * 1024]) }] }] }));
        for (var i = 0; i < 50; i++)
        {
            using var leaving = await listener.ConnectAsync(receiveBuffer: 4096);
            await leaving.SendAsync(RawClient.Frame(new FetchRequest()));
        }

        using var client = await listener.ConnectAsync();
        var answer = await client.AskAsync<FetchRequest, FetchResponse>(new FetchRequest());

        Assert.Equal(1024 * 1024, answer.Topics[0].Partitions[0].Records?.Length);
        Assert.Empty(listener.Log.Errors);
        Assert.Empty(listener.Log.Warnings);
    }
}
