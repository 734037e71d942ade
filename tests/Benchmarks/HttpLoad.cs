using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Millrace.Benchmarks;

/// <summary>Sends requests over connections that stay open, on plain sockets: as little work as can be beside the server's.</summary>
internal sealed class HttpLoad(Uri address, IReadOnlyList<byte[]> requests, int connections)
{
    /// <summary>A request with a body of events.</summary>
    public static byte[] Request(ReadOnlySpan<byte> body) =>
        [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"POST /v1/events HTTP/1.1\r\nHost: load\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n")), .. body];

    /// <summary>Sends so many requests as fast as they are answered.</summary>
    public async Task<TimeSpan> RunAsync(int count)
    {
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(connection => SendAsync(count / connections, connection, null, null)));
        return watch.Elapsed;
    }

    /// <summary>Sends so many requests a second, and gives the times to their answers in milliseconds, counted from when they were due, in order.</summary>
    public async Task<double[]> RunAsync(int count, double perSecond)
    {
        var latencies = new List<double>();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(connection => SendAsync(count / connections, connection, TimeSpan.FromSeconds(connections / perSecond), latencies)));
        return [.. latencies.Order()];
    }

    private async Task SendAsync(int count, int connection, TimeSpan? interval, List<double>? latencies)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, address.Port);
        var answer = new byte[1024];
        var started = Stopwatch.GetTimestamp();
        var phase = interval is { } pace ? pace * connection / connections : TimeSpan.Zero;
        for (var sent = 0; sent < count; sent++)
        {
            var due = phase + ((interval ?? TimeSpan.Zero) * sent);
            if (interval is not null && due - Stopwatch.GetElapsedTime(started) is var wait && wait > TimeSpan.FromMilliseconds(1))
            {
                await Task.Delay(wait, TimeProvider.System);
            }

            await socket.SendAsync(requests[(connection + (sent * connections)) % requests.Count]);
            await ReadAsync(socket, answer);
            if (latencies is not null)
            {
                var latency = (Stopwatch.GetElapsedTime(started) - due).TotalMilliseconds;
                lock (latencies)
                {
                    latencies.Add(latency);
                }
            }
        }
    }

    // An answer that is as it should be has no body.
    private static async Task ReadAsync(Socket socket, byte[] answer)
    {
        var length = 0;
        while (!answer.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
        {
            var count = await socket.ReceiveAsync(answer.AsMemory(length));
            length += count > 0 ? count : throw new InvalidOperationException("The server closed the connection.");
            if (length == answer.Length)
            {
                break;
            }
        }

        if (!answer.AsSpan(0, length).StartsWith("HTTP/1.1 201"u8))
        {
            throw new InvalidOperationException($"The server answered {Encoding.UTF8.GetString(answer, 0, length)}");
        }
    }
}
