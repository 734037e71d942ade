using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using Millrace.Broker.Protocol;

namespace Millrace.Broker.Server;

/// <summary>Cuts what a client sends into frames. One caller at a time.</summary>
internal sealed class FrameReader(Socket socket, int maxFrameBytes) : IDisposable
{
    private const int LengthBytes = 4;

    // What a client claims to send costs memory only as it comes in.
    private const int FirstRent = 64 * 1024;
    private const int SecondRent = 1024 * 1024;

    private readonly byte[] _ahead = ArrayPool<byte>.Shared.Rent(16 * 1024);
    private Task<int>? _receiving;
    private int _start;
    private int _end;

    /// <summary>The next frame; null when the client has closed the connection between two frames.</summary>
    /// <exception cref="WireException">The length is not allowed, or the connection ends within a frame.</exception>
    public async ValueTask<Frame?> NextAsync()
    {
        while (_end - _start < LengthBytes)
        {
            if (await FillAsync() == 0)
            {
                return _end == _start ? null : throw new WireException("The connection ended within the length of a frame.");
            }
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(_ahead.AsSpan(_start));
        if (length <= 0 || length > maxFrameBytes)
        {
            throw new WireException($"A frame is said to have {length} bytes; allowed are 1 to {maxFrameBytes}.");
        }

        _start += LengthBytes;
        return await BodyAsync(length);
    }

    /// <summary>Receives ahead while an answer is being worked on.</summary>
    /// <returns>How many bytes came, which is none once the client has closed the connection; null when there is no room for more before a frame is taken.</returns>
    public Task<int>? ReceiveAhead()
    {
        if (_receiving is { IsCompletedSuccessfully: true } done && done.GetAwaiter().GetResult() is > 0 and var read)
        {
            _end += read;
            _receiving = null;
        }

        if (_receiving is null)
        {
            MakeRoom();
        }

        return _receiving ??= _end < _ahead.Length ? socket.ReceiveAsync(_ahead.AsMemory(_end)).AsTask() : null;
    }

    public void Dispose()
    {
        // A receive that is still under way keeps the buffer; the socket was closed, and the collector takes it then.
        if (_receiving is null or { IsCompleted: true })
        {
            ArrayPool<byte>.Shared.Return(_ahead);
        }
    }

    private async ValueTask<Frame> BodyAsync(int length)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Math.Min(length, FirstRent));
        var filled = 0;
        try
        {
            while (filled < length)
            {
                if (filled == bytes.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(length, Math.Max(SecondRent, bytes.Length * 2L)));
                    bytes.AsSpan(0, filled).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(bytes);
                    bytes = larger;
                }

                var room = bytes.AsMemory(filled, Math.Min(length, bytes.Length) - filled);
                var read = await TakeAsync(room);
                filled += read > 0 ? read : throw new WireException($"The connection ended {length - filled} bytes before the end of a frame.");
            }

            return new Frame(bytes, length);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(bytes);
            throw;
        }
    }

    // From what was received ahead first, whatever else is on its way; then straight from the socket.
    private async ValueTask<int> TakeAsync(Memory<byte> target)
    {
        if (_end == _start)
        {
            if (_receiving is null)
            {
                return await socket.ReceiveAsync(target);
            }

            await FillAsync();
        }

        var ahead = Math.Min(_end - _start, target.Length);
        _ahead.AsSpan(_start, ahead).CopyTo(target.Span);
        _start += ahead;
        return ahead;
    }

    private async ValueTask<int> FillAsync()
    {
        int read;
        if (_receiving is { } receiving)
        {
            read = await receiving;
            _receiving = null;
        }
        else
        {
            MakeRoom();
            read = await socket.ReceiveAsync(_ahead.AsMemory(_end));
        }

        _end += read;
        return read;
    }

    private void MakeRoom()
    {
        if (_start > 0)
        {
            _ahead.AsSpan(_start, _end - _start).CopyTo(_ahead);
            _end -= _start;
            _start = 0;
        }
    }
}
