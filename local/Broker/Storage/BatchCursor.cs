namespace Millrace.Broker.Storage;

/// <summary>Goes from batch header to batch header through a part of a file.</summary>
/// <param name="file">A segment.</param>
/// <param name="position">Where a batch begins.</param>
/// <param name="end">Where the last batch ends.</param>
/// <param name="buffer">At least <see cref="BatchHeader.Size"/> bytes; more spare reads where batches are small.</param>
internal ref struct BatchCursor(ILogFile file, long position, long end, Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;
    private long _bufferedFrom;
    private int _buffered;
    private long _next = position;

    /// <summary>The batch that <see cref="Next"/> came to.</summary>
    public BatchHeader Header { get; private set; }

    /// <summary>Where it begins.</summary>
    public long Position { get; private set; } = position;

    /// <summary>Whether something that is no batch stands at <see cref="Position"/>.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>Goes on to the next batch; false at the end, and where the file is damaged.</summary>
    public bool Next()
    {
        if (IsDamaged)
        {
            return false;
        }

        Position = _next;
        if (Position == end)
        {
            return false;
        }

        if (Position + BatchHeader.Size > end || !Buffer())
        {
            IsDamaged = true;
            return false;
        }

        var header = BatchHeader.Read(_buffer[(int)(Position - _bufferedFrom)..]);
        if (!header.IsPlausible || Position + header.TotalSize > end)
        {
            IsDamaged = true;
            return false;
        }

        Header = header;
        _next = Position + header.TotalSize;
        return true;
    }

    private bool Buffer()
    {
        if (Position < _bufferedFrom || Position + BatchHeader.Size > _bufferedFrom + _buffered)
        {
            _bufferedFrom = Position;
            _buffered = file.Read(Position, _buffer[..(int)Math.Min(_buffer.Length, end - Position)]);
        }

        return Position + BatchHeader.Size <= _bufferedFrom + _buffered;
    }
}
