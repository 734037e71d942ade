namespace Millrace.Local;

/// <summary>The bytes of a live stream on their way to the parser, which itself knows neither how large an event may get nor how long silence may last.</summary>
/// <remarks>
/// A line counts with its end, an event with all its lines but comments: heartbeats without a blank line between them
/// are no event that grows.
/// </remarks>
internal sealed class SseGuard(Stream inner, Uri uri, ServerSentEventsOptions options, TimeProvider time) : Stream
{
    private readonly CancellationTokenSource _idle = new(Timeout.InfiniteTimeSpan, time);
    private long _eventBytes;
    private long _lineBytes;
    private bool _isComment;
    private bool _afterCr;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="TimeoutException">Nothing came for too long.</exception>
    /// <exception cref="FeedException">An event is too large.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // Only the server's silence counts, not the time that whoever takes the events needs for them.
        _idle.CancelAfter(options.IdleTimeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _idle.Token);
        try
        {
            var read = await inner.ReadAsync(buffer, either.Token);
            Weigh(buffer.Span[..read]);
            return read;
        }
        catch (OperationCanceledException) when (_idle.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"nothing came for {options.IdleTimeout.TotalSeconds:0.###} s");
        }
        finally
        {
            _idle.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _idle.Dispose();
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Weigh(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_afterCr && bytes[0] == '\n')
            {
                bytes = bytes[1..];
            }

            _afterCr = false;
            if (bytes.IsEmpty)
            {
                return;
            }

            if (_lineBytes == 0)
            {
                _isComment = bytes[0] == ':';
            }

            var end = bytes.IndexOfAny((byte)'\r', (byte)'\n');
            _lineBytes += end < 0 ? bytes.Length : end;
            if (_lineBytes + _eventBytes > options.MaxEventBytes)
            {
                throw new FeedException($"{uri}: an event is larger than the {options.MaxEventBytes} bytes that are accepted.");
            }

            if (end < 0)
            {
                return;
            }

            _afterCr = bytes[end] == '\r';
            _eventBytes = _lineBytes == 0 ? 0 : _isComment ? _eventBytes : _eventBytes + _lineBytes;
            _lineBytes = 0;
            bytes = bytes[(end + 1)..];
        }
    }
}
