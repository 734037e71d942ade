using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Millrace.Broker.Tests.Server;

/// <summary>Stands between clients and a broker, and keeps every request that passes, with its length.</summary>
/// <remarks>In answers it puts its own port in the place of the broker's, so that clients stay with it.</remarks>
internal sealed class RecordingProxy : IAsyncDisposable
{
    private readonly IPEndPoint _broker;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<byte[]> _requests = new();
    private readonly ConcurrentBag<Task> _running = [];
    private readonly CancellationTokenSource _stop = new();

    public RecordingProxy(EmbeddedBroker broker)
    {
        _broker = IPEndPoint.Parse(broker.BootstrapServers);
        _listener.Start();
        _running.Add(AcceptAsync());
    }

    public string BootstrapServers => _listener.LocalEndpoint.ToString()!;

    public IReadOnlyList<byte[]> Requests => [.. _requests];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync(_stop.Token);
            _running.Add(ServeAsync(client));
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        using (var broker = new TcpClient())
        {
            await broker.ConnectAsync(_broker, _stop.Token);
            await Task.WhenAny(
                PumpAsync(client.GetStream(), broker.GetStream(), _requests.Enqueue),
                PumpAsync(broker.GetStream(), client.GetStream(), Redirect));
        }
    }

    private async Task PumpAsync(Stream from, Stream to, Action<byte[]> each)
    {
        var length = new byte[4];
        while (true)
        {
            await from.ReadExactlyAsync(length, _stop.Token);
            byte[] frame = [.. length, .. new byte[BinaryPrimitives.ReadInt32BigEndian(length)]];
            await from.ReadExactlyAsync(frame.AsMemory(4), _stop.Token);
            each(frame);
            await to.WriteAsync(frame, _stop.Token);
        }
    }

    private void Redirect(byte[] answer)
    {
        var (was, now) = (Address(_broker.Port), Address(int.Parse(BootstrapServers.Split(':')[1], CultureInfo.InvariantCulture)));
        for (var rest = answer.AsSpan(); rest.IndexOf(was) is var at and >= 0; rest = rest[(at + was.Length)..])
        {
            now.CopyTo(rest[at..]);
        }
    }

    // A host and a port as they stand in answers.
    private static byte[] Address(int port)
    {
        byte[] address = [.. "127.0.0.1"u8, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(address.AsSpan(^4), port);
        return address;
    }
}
