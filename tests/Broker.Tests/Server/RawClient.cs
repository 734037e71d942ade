using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Millrace.Broker.Protocol;
using Millrace.Broker.Tests.Protocol;

namespace Millrace.Broker.Tests.Server;

/// <summary>A connection on which any bytes can be sent.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp);

    private RawClient()
    {
    }

    public static Task<RawClient> ConnectAsync(EmbeddedBroker broker) => ConnectAsync(IPEndPoint.Parse(broker.BootstrapServers));

    public static async Task<RawClient> ConnectAsync(IPEndPoint endpoint, int receiveBuffer = 0)
    {
        var client = new RawClient();
        if (receiveBuffer > 0)
        {
            client._socket.ReceiveBufferSize = receiveBuffer;
        }

        await client._socket.ConnectAsync(endpoint);
        return client;
    }

    public static int PortOf(EmbeddedBroker broker) => int.Parse(broker.BootstrapServers.Split(':')[1], CultureInfo.InvariantCulture);

    /// <summary>A request with its header and its length.</summary>
    public static byte[] Frame<T>(T request, short? version = null, int correlationId = 1, string? clientId = "raw")
        where T : IRequest
    {
        var of = version ?? T.Versions.Max;
        return Frame((short)T.Key, of, correlationId, clientId, request, of >= T.Versions.FlexibleFrom);
    }

    public static byte[] Frame(short key, short version, int correlationId, string? clientId, IWireStruct body, bool flexible)
    {
        var header = new Header { Key = key, Version = version, CorrelationId = correlationId, ClientId = clientId }.Write(0, flexible: false);
        return Framed([.. header, .. flexible ? (byte[])[0] : [], .. body.Write(Math.Max(version, (short)0), flexible)]);
    }

    /// <summary>Bytes with their length before them.</summary>
    public static byte[] Framed(byte[] bytes)
    {
        var frame = new byte[bytes.Length + 4];
        BinaryPrimitives.WriteInt32BigEndian(frame, bytes.Length);
        bytes.CopyTo(frame, 4);
        return frame;
    }

    public async Task SendAsync(params ReadOnlyMemory<byte>[] parts)
    {
        foreach (var part in parts)
        {
            for (var rest = part; !rest.IsEmpty;)
            {
                rest = rest[await _socket.SendAsync(rest)..];
            }
        }
    }

    /// <summary>The next answer without its length; null when the broker has closed the connection.</summary>
    public async Task<byte[]?> ReceiveAsync()
    {
        using var patience = new CancellationTokenSource(Clients.Patience);
        return await ReceiveAsync(4, patience.Token) is { } length ? await ReceiveAsync(BinaryPrimitives.ReadInt32BigEndian(length), patience.Token) : null;
    }

    /// <summary>The correlation id of the next answer.</summary>
    public async Task<int> ReceiveIdAsync() => BinaryPrimitives.ReadInt32BigEndian(await ReceiveAsync() ?? throw new IOException("The broker has closed the connection."));

    /// <summary>Sends a request, and reads its answer.</summary>
    public async Task<TAnswer> AskAsync<TRequest, TAnswer>(TRequest request, short? version = null, string? clientId = "raw")
        where TRequest : IRequest
        where TAnswer : IWireStruct, new()
    {
        await SendAsync(Frame(request, version, clientId: clientId));
        return Read<TRequest, TAnswer>(await ReceiveAsync() ?? throw new IOException("The broker has closed the connection."), version);
    }

    public static TAnswer Read<TRequest, TAnswer>(byte[] answer, short? version = null)
        where TRequest : IRequest
        where TAnswer : IWireStruct, new()
    {
        var of = version ?? TRequest.Versions.Max;
        var flexible = of >= TRequest.Versions.FlexibleFrom;
        return Frames.Read<TAnswer>(answer[(flexible && TRequest.Key != ApiKey.ApiVersions ? 5 : 4)..], of, flexible);
    }

    /// <summary>Says that nothing more comes, and reads what is still answered until the broker closes the connection.</summary>
    /// <returns>How many answers came.</returns>
    public async Task<int> EndAsync()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
            var answers = 0;
            while (await ReceiveAsync() is not null)
            {
                answers++;
            }

            return answers;
        }
        catch (SocketException)
        {
            // Closed with bytes of ours unread: that is a reset.
            return 0;
        }
    }

    /// <summary>Closes the connection at once.</summary>
    public void Dispose() => _socket.Dispose();

    private async Task<byte[]?> ReceiveAsync(int count, CancellationToken patience)
    {
        var bytes = new byte[count];
        for (var filled = 0; filled < count;)
        {
            var read = await _socket.ReceiveAsync(bytes.AsMemory(filled), patience);
            if (read == 0)
            {
                return null;
            }

            filled += read;
        }

        return bytes;
    }

    private sealed class Header : IWireStruct
    {
        public short Key;
        public short Version;
        public int CorrelationId;
        public string? ClientId;

        public void Describe(Wire wire)
        {
            wire.Int16(ref Key);
            wire.Int16(ref Version);
            wire.Int32(ref CorrelationId);
            wire.NullableString(ref ClientId);
        }
    }
}
