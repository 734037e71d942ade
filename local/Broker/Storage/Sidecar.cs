using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Millrace.Broker.Storage;

/// <summary>The file beside a segment that spares reading it: its summary, index, aborted transactions, and the producers at its end.</summary>
/// <remarks>
/// A header of 96 bytes with a checksum of its own, then index entries and aborted transactions of 24 bytes each, then
/// the producers. What does not fit its checksums is as good as missing: all of it can be had from the segment, except
/// for producers of whom compaction left nothing. Numbers are little-endian.
/// </remarks>
internal sealed class Sidecar : ISegmentIndex, IDisposable
{
    private const uint Mark = 0x4953524d;
    private const int Version = 1;
    private const int HeaderSize = 96;
    private const int EntrySize = 24;

    private readonly ILogFile _file;
    private readonly int _aborted;
    private readonly int _producers;

    private Sidecar(ILogFile file, SegmentSummary summary, int count, int aborted, int producers)
    {
        _file = file;
        Summary = summary;
        Count = count;
        _aborted = aborted;
        _producers = producers;
    }

    /// <summary>Of the segment.</summary>
    public SegmentSummary Summary { get; }

    public int Count { get; }

    public IReadOnlyList<AbortedTransaction> Aborted
    {
        get
        {
            if (_aborted == 0)
            {
                return [];
            }

            var numbers = ReadNumbers(HeaderSize + ((long)Count * EntrySize), _aborted * 3);
            var found = new AbortedTransaction[_aborted];
            for (var i = 0; i < _aborted; i++)
            {
                found[i] = new AbortedTransaction(numbers[3 * i], numbers[(3 * i) + 1], numbers[(3 * i) + 2]);
            }

            return found;
        }
    }

    public IndexEntry this[int index]
    {
        get
        {
            Span<byte> bytes = stackalloc byte[EntrySize];
            if (_file.Read(HeaderSize + ((long)index * EntrySize), bytes) < EntrySize)
            {
                throw new IOException("An index ends before its last entry.");
            }

            return new IndexEntry(
                BinaryPrimitives.ReadInt64LittleEndian(bytes),
                BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
                BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]));
        }
    }

    /// <summary>The producers at the segment's end, for <see cref="ProducerStates.Restore"/>.</summary>
    public byte[] ReadProducers()
    {
        var bytes = new byte[_producers];
        return _file.Read(HeaderSize + ((long)(Count + _aborted) * EntrySize), bytes) == bytes.Length
            ? bytes
            : throw new IOException("A segment's producers end too early.");
    }

    /// <summary>Writes one and puts it in place of what had the name.</summary>
    public static Sidecar Write(ILogVolume volume, string name, in SegmentSummary summary, ISegmentIndex index, ReadOnlySpan<byte> producers)
    {
        var aborted = index.Aborted;
        var bytes = new byte[HeaderSize + ((index.Count + aborted.Count) * EntrySize) + producers.Length];
        var body = bytes.AsSpan(HeaderSize);
        for (var i = 0; i < index.Count; i++)
        {
            var entry = index[i];
            WriteNumbers(ref body, entry.Offset, entry.Position, entry.MaxTimestampBefore);
        }

        foreach (var transaction in aborted)
        {
            WriteNumbers(ref body, transaction.ProducerId, transaction.FirstOffset, transaction.LastOffset);
        }

        producers.CopyTo(body);

        var header = bytes.AsSpan(0, HeaderSize);
        BinaryPrimitives.WriteUInt32LittleEndian(header, Mark);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], index.Count);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], aborted.Count);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], producers.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], Crc32C.Of(bytes.AsSpan(HeaderSize)));
        var numbers = header[24..];
        WriteNumbers(ref numbers, summary.Length, summary.EndOffset, summary.MaxTimestamp, summary.MaxTimestampPosition, summary.LastAppended, summary.FirstAborted);
        BinaryPrimitives.WriteUInt32LittleEndian(header[(HeaderSize - 4)..], Crc32C.Of(header[..(HeaderSize - 4)]));
        volume.Replace(name, bytes);
        return new Sidecar(volume.Open(name), summary, index.Count, aborted.Count, producers.Length);
    }

    /// <summary>Reads one; null when there is none, or it is damaged, or of another version.</summary>
    public static Sidecar? TryOpen(ILogVolume volume, string name)
    {
        var file = volume.Open(name);
        try
        {
            return TryRead(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private static Sidecar? TryRead(ILogFile file)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        if (file.Read(0, header) < HeaderSize
            || BinaryPrimitives.ReadUInt32LittleEndian(header[(HeaderSize - 4)..]) != Crc32C.Of(header[..(HeaderSize - 4)])
            || BinaryPrimitives.ReadUInt32LittleEndian(header) != Mark
            || BinaryPrimitives.ReadInt32LittleEndian(header[4..]) != Version)
        {
            return null;
        }

        var count = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
        var aborted = BinaryPrimitives.ReadInt32LittleEndian(header[12..]);
        var producers = BinaryPrimitives.ReadInt32LittleEndian(header[16..]);
        var bodyLength = ((long)(count + aborted) * EntrySize) + producers;
        if (file.Length != HeaderSize + bodyLength || !BodyFits(file, bodyLength, BinaryPrimitives.ReadUInt32LittleEndian(header[20..])))
        {
            return null;
        }

        var numbers = header[24..];
        var summary = new SegmentSummary(
            BinaryPrimitives.ReadInt64LittleEndian(numbers),
            BinaryPrimitives.ReadInt64LittleEndian(numbers[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(numbers[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(numbers[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(numbers[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(numbers[40..]));
        return new Sidecar(file, summary, count, aborted, producers);
    }

    private static bool BodyFits(ILogFile file, long length, uint checksum)
    {
        using var buffer = new PooledBytes((int)Math.Min(length, 64 * 1024));
        uint crc = 0;
        for (long done = 0; done < length;)
        {
            var part = buffer.Span[..(int)Math.Min(buffer.Span.Length, length - done)];
            if (file.Read(HeaderSize + done, part) < part.Length)
            {
                return false;
            }

            crc = Crc32C.Of(part, crc);
            done += part.Length;
        }

        return crc == checksum;
    }

    private static void WriteNumbers(ref Span<byte> target, params ReadOnlySpan<long> numbers)
    {
        foreach (var number in numbers)
        {
            BinaryPrimitives.WriteInt64LittleEndian(target, number);
            target = target[sizeof(long)..];
        }
    }

    private long[] ReadNumbers(long position, int count)
    {
        var numbers = new long[count];
        var bytes = MemoryMarshal.AsBytes(numbers.AsSpan());
        if (_file.Read(position, bytes) < bytes.Length)
        {
            throw new IOException("An index ends before its last aborted transaction.");
        }

        if (!BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(numbers, numbers);
        }

        return numbers;
    }
}
