namespace Millrace.Broker.Storage.Records;

/// <summary>Goes through the records of a batch, as far as they are whole.</summary>
/// <param name="bytes">The records, decompressed.</param>
/// <param name="count">How many there are, as the batch's header has it.</param>
internal ref struct RecordReader(ReadOnlySpan<byte> bytes, int count)
{
    private ReadOnlySpan<byte> _bytes = bytes;
    private int _left = count;

    /// <summary>The record that <see cref="Next"/> came to.</summary>
    public RecordView Current { get; private set; }

    /// <summary>Whether the bytes turned out to be something else than records.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>Goes on to the next record; false at the end, and where the bytes are damaged.</summary>
    public bool Next()
    {
        if (_left == 0)
        {
            IsDamaged |= _bytes.Length > 0;
            return false;
        }

        _left--;
        if (TryRead(out var record))
        {
            Current = record;
            return true;
        }

        IsDamaged = true;
        _left = 0;
        _bytes = default;
        return false;
    }

    private bool TryRead(out RecordView record)
    {
        record = default;
        var all = _bytes;
        if (!TryVarint(ref _bytes, out var length) || length < 0 || length > _bytes.Length)
        {
            return false;
        }

        var body = _bytes[..(int)length];
        _bytes = _bytes[(int)length..];
        if (body.Length == 0)
        {
            return false;
        }

        // The record's attributes have no meaning yet.
        body = body[1..];
        if (!TryVarint(ref body, out var timestampDelta) || !TryVarint(ref body, out var offsetDelta) || offsetDelta is < 0 or > int.MaxValue
            || !TryBytes(ref body, out var key, out var hasKey) || !TryBytes(ref body, out _, out var hasValue))
        {
            return false;
        }

        record = new RecordView
        {
            OffsetDelta = (int)offsetDelta,
            TimestampDelta = timestampDelta,
            HasKey = hasKey,
            Key = key,
            HasValue = hasValue,
            Bytes = all[..(all.Length - _bytes.Length)],
        };
        return true;
    }

    private static bool TryBytes(scoped ref ReadOnlySpan<byte> from, out ReadOnlySpan<byte> bytes, out bool exist)
    {
        bytes = default;
        exist = false;
        if (!TryVarint(ref from, out var length) || length > from.Length)
        {
            return false;
        }

        if (length >= 0)
        {
            exist = true;
            bytes = from[..(int)length];
            from = from[(int)length..];
        }

        return true;
    }

    private static bool TryVarint(scoped ref ReadOnlySpan<byte> from, out long value)
    {
        ulong bits = 0;
        for (var i = 0; i < from.Length && i < 10; i++)
        {
            bits |= (ulong)(from[i] & 0x7f) << (7 * i);
            if (from[i] < 0x80)
            {
                from = from[(i + 1)..];
                value = (long)(bits >> 1) ^ -(long)(bits & 1);
                return true;
            }
        }

        value = 0;
        return false;
    }
}
