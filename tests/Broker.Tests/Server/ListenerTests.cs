using System.Net;
using System.Net.Sockets;
using Millrace.Broker.Groups;
using Millrace.Broker.Server;

namespace Millrace.Broker.Tests.Server;

public sealed class ListenerTests
{
    private static readonly Api Heartbeat = Api.Of<HeartbeatRequest>(_ => new HeartbeatResponse());

    [Fact]
    public async Task One_connection_too_many_is_refused_until_another_one_ends()
    {
        await using var listener = new ScriptedListener(maxConnections: 2, Heartbeat);
        using var first = await listener.ConnectAsync();
        var second = await listener.ConnectAsync();
        await first.AskAsync<HeartbeatRequest, HeartbeatResponse>(new HeartbeatRequest());
        await second.AskAsync<HeartbeatRequest, HeartbeatResponse>(new HeartbeatRequest());

        Assert.True(await listener.RefusesAsync());
        Assert.Equal("A connection was refused: there are 2 already", Assert.Single(listener.Log.Warnings));
        await first.AskAsync<HeartbeatRequest, HeartbeatResponse>(new HeartbeatRequest());

        second.Dispose();
        await Eventually(async () =>
        {
            using var third = await listener.ConnectAsync();
            try
            {
                await third.AskAsync<HeartbeatRequest, HeartbeatResponse>(new HeartbeatRequest());
                return true;
            }
            catch (Exception refused) when (refused is IOException or SocketException)
            {
                return false;
            }
        });
    }

    [Fact]
    public async Task Down_drops_every_connection_and_up_takes_new_ones_on_the_same_port()
    {
        await using var listener = new ScriptedListener(apis: Heartbeat);
        using var client = await listener.ConnectAsync();
        await client.AskAsync<HeartbeatRequest, HeartbeatResponse>(new HeartbeatRequest());
        var port = listener.Listener.Port;

        await listener.Listener.DownAsync();
        await listener.Listener.DownAsync();

        Assert.False(listener.Listener.IsUp);
        Assert.Equal(0, await client.EndAsync());
        Assert.True(await listener.RefusesAsync());

        listener.Listener.Up();
        listener.Listener.Up();

        Assert.True(listener.Listener.IsUp);
        Assert.Equal(port, listener.Listener.Port);
        using var next = await listener.ConnectAsync();
        await next.AskAsync<HeartbeatRequest, HeartbeatResponse>(new HeartbeatRequest());
    }

    [PortRangeFact]
    public async Task While_it_is_down_nobody_who_asks_for_any_port_is_given_its_own()
    {
        var listener = new ScriptedListener(apis: Heartbeat);
        var port = listener.Listener.Port;
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        PortRangeFactAttribute.Allow(other, port);

        await listener.Listener.DownAsync();
        Assert.Equal(SocketError.AddressAlreadyInUse, Assert.Throws<SocketException>(() => other.Bind(new IPEndPoint(IPAddress.Loopback, 0))).SocketErrorCode);

        await listener.DisposeAsync();
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Assert.Equal(port, ((IPEndPoint)other.LocalEndPoint!).Port);
    }

    [Fact]
    public async Task Up_says_so_when_somebody_else_has_taken_the_port()
    {
        await using var listener = new ScriptedListener(apis: Heartbeat);
        await listener.Listener.DownAsync();
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, listener.Listener.Port));
        other.Listen();

        var error = Assert.Throws<IOException>(listener.Listener.Up);

        Assert.Contains($"127.0.0.1:{listener.Listener.Port}", error.Message, StringComparison.Ordinal);
        Assert.False(listener.Listener.IsUp);
    }

    [Fact]
    public async Task After_its_end_it_does_not_come_up_again()
    {
        var listener = new ScriptedListener(apis: Heartbeat);
        await listener.DisposeAsync();

        Assert.Throws<ObjectDisposedException>(listener.Listener.Up);
    }

    private static async Task Eventually(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(Clients.Patience);
        while (!await holds())
        {
            patience.Token.ThrowIfCancellationRequested();
        }
    }
}
