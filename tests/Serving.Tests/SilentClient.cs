using System.Net.Sockets;
using System.Text;

namespace Millrace.Serving.Tests;

/// <summary>A client that asks, and never reads.</summary>
internal static class SilentClient
{
    /// <summary>Asks; the system gives it the smallest buffers.</summary>
    public static async Task<Socket> ConnectAsync(Uri address)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(address.Host, address.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {address.PathAndQuery} HTTP/1.1\r\nHost: x\r\n\r\n"));
        return socket;
    }

    /// <summary>An event of 32 KiB: a few fill all buffers on the way.</summary>
    public static byte[] LargeEvent(int number) => Encoding.UTF8.GetBytes($$"""{"n":{{number}},"text":"{{new string('x', 32 * 1024)}}"}""");
}
