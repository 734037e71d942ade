using System.Buffers.Binary;

namespace Millrace.Broker.Storage;

/// <summary>What stands before the records of a batch (format 2).</summary>
internal readonly struct BatchHeader
{
    /// <summary>In bytes.</summary>
    public const int Size = 61;

    /// <summary>The format that is stored.</summary>
    public const sbyte Magic = 2;

    /// <summary>Where the bytes that the checksum covers begin.</summary>
    public const int ChecksumStart = 21;

    // The base offset and the length itself come before what the length counts.
    private const int LengthEnd = 12;

    private const int CodecBits = 0x07;
    private const int AppendTimeBit = 0x08;
    private const int TransactionalBit = 0x10;
    private const int ControlBit = 0x20;

    private BatchHeader(ReadOnlySpan<byte> bytes)
    {
        BaseOffset = BinaryPrimitives.ReadInt64BigEndian(bytes);
        TotalSize = LengthEnd + (long)BinaryPrimitives.ReadInt32BigEndian(bytes[8..]);
        Format = (sbyte)bytes[16];
        Checksum = BinaryPrimitives.ReadUInt32BigEndian(bytes[17..]);
        Attributes = BinaryPrimitives.ReadInt16BigEndian(bytes[21..]);
        LastOffsetDelta = BinaryPrimitives.ReadInt32BigEndian(bytes[23..]);
        BaseTimestamp = BinaryPrimitives.ReadInt64BigEndian(bytes[27..]);
        MaxTimestamp = BinaryPrimitives.ReadInt64BigEndian(bytes[35..]);
        ProducerId = BinaryPrimitives.ReadInt64BigEndian(bytes[43..]);
        ProducerEpoch = BinaryPrimitives.ReadInt16BigEndian(bytes[51..]);
        BaseSequence = BinaryPrimitives.ReadInt32BigEndian(bytes[53..]);
        Count = BinaryPrimitives.ReadInt32BigEndian(bytes[57..]);
    }

    public long BaseOffset { get; }

    /// <summary>Of header and records in bytes, as the header has it.</summary>
    public long TotalSize { get; }

    public sbyte Format { get; }

    public uint Checksum { get; }

    public short Attributes { get; }

    public int LastOffsetDelta { get; }

    public long BaseTimestamp { get; }

    public long MaxTimestamp { get; }

    /// <summary>-1 without one.</summary>
    public long ProducerId { get; }

    public short ProducerEpoch { get; }

    public int BaseSequence { get; }

    public int Count { get; }

    public long LastOffset => BaseOffset + LastOffsetDelta;

    /// <summary>How the records are compressed; 0 is not at all.</summary>
    public int Codec => Attributes & CodecBits;

    /// <summary>Whether all records have the time of <see cref="MaxTimestamp"/>.</summary>
    public bool HasAppendTime => (Attributes & AppendTimeBit) != 0;

    public bool IsTransactional => (Attributes & TransactionalBit) != 0;

    public bool IsControl => (Attributes & ControlBit) != 0;

    /// <summary>Sequence numbers begin anew after the greatest.</summary>
    public int LastSequence => Sequence(BaseSequence, LastOffsetDelta);

    /// <summary>Whether the header may be one, whatever the records are.</summary>
    public bool IsPlausible => Format == Magic && TotalSize >= Size && TotalSize <= Array.MaxLength && BaseOffset >= 0 && LastOffsetDelta >= 0 && Count >= 0;

    /// <summary>Reads the header at the beginning of the bytes.</summary>
    /// <param name="bytes">At least <see cref="Size"/> of them.</param>
    public static BatchHeader Read(ReadOnlySpan<byte> bytes) => new(bytes[..Size]);

    /// <summary>Whether the checksum fits.</summary>
    /// <param name="batch">The whole batch, and nothing else.</param>
    public bool Fits(ReadOnlySpan<byte> batch) => Crc32C.Of(batch[ChecksumStart..]) == Checksum;

    /// <summary>Gives a batch its place in the log; the checksum does not cover these fields.</summary>
    public static void Place(Span<byte> batch, long baseOffset)
    {
        const int leaderEpoch = 0;
        BinaryPrimitives.WriteInt64BigEndian(batch, baseOffset);
        BinaryPrimitives.WriteInt32BigEndian(batch[LengthEnd..], leaderEpoch);
    }

    /// <summary>Writes the header before records that stand behind it already.</summary>
    /// <param name="batch">The whole batch, with anything in place of the header.</param>
    /// <param name="attributes">The codec and the other bits.</param>
    /// <param name="like">All the other fields but length, count and checksum.</param>
    /// <param name="count">How many records there are.</param>
    public static void Write(Span<byte> batch, short attributes, in BatchFields like, int count)
    {
        Place(batch, like.BaseOffset);
        BinaryPrimitives.WriteInt32BigEndian(batch[8..], batch.Length - LengthEnd);
        batch[16] = (byte)Magic;
        BinaryPrimitives.WriteInt16BigEndian(batch[21..], attributes);
        BinaryPrimitives.WriteInt32BigEndian(batch[23..], like.LastOffsetDelta);
        BinaryPrimitives.WriteInt64BigEndian(batch[27..], like.BaseTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch[35..], like.MaxTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch[43..], like.ProducerId);
        BinaryPrimitives.WriteInt16BigEndian(batch[51..], like.ProducerEpoch);
        BinaryPrimitives.WriteInt32BigEndian(batch[53..], like.BaseSequence);
        BinaryPrimitives.WriteInt32BigEndian(batch[57..], count);
        BinaryPrimitives.WriteUInt32BigEndian(batch[17..], Crc32C.Of(batch[ChecksumStart..]));
    }

    /// <summary>The attributes of a batch that ends a transaction.</summary>
    public static short MarkerAttributes => TransactionalBit | ControlBit;

    /// <summary>The sequence number that many records after the first.</summary>
    public static int Sequence(int first, int delta) => (int)(((long)first + delta) % (1L + int.MaxValue));
}
