using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Millrace.Broker.Faults;
using Millrace.Broker.Server;

namespace Millrace.Broker.Tests.Server;

/// <summary>A listener whose answers are the test's.</summary>
internal sealed class ScriptedListener : IAsyncDisposable
{
    public ScriptedListener(int maxConnections = 100, params Api[] apis)
    {
        Listener = new Listener(0, maxConnections, 1024 * 1024, Time, Log);
        Listener.Start(new Dispatcher(new ApiTable(apis), new FaultPlan(), Time, Log));
    }

    public FakeTimeProvider Time { get; } = new();

    public RecordedLog Log { get; } = new();

    public Listener Listener { get; }

    public Task<RawClient> ConnectAsync(int receiveBuffer = 0) => RawClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Listener.Port), receiveBuffer);

    public ValueTask DisposeAsync() => Listener.DisposeAsync();

    /// <summary>Whether a connection is refused, or closed at once.</summary>
    public async Task<bool> RefusesAsync()
    {
        try
        {
            using var client = await ConnectAsync();
            return await client.ReceiveAsync() is null;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
