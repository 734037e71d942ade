using System.Text;
using Millrace.Broker.Storage;

namespace Millrace.Broker.Tests.Storage;

/// <summary>Batches as a client would send them, and what is in the ones that a log gives back.</summary>
internal sealed record Batch
{
    public int Count { get; init; } = 1;

    public long ProducerId { get; init; } = -1;

    public short Epoch { get; init; } = -1;

    public int Sequence { get; init; } = -1;

    public bool Transactional { get; init; }

    /// <summary>Of the first record; each of the others is a millisecond later.</summary>
    public long Timestamp { get; init; } = 1_000;

    /// <summary>The timestamps of the records instead.</summary>
    public IReadOnlyList<long>? Timestamps { get; init; }

    /// <summary>Of all records; null is none.</summary>
    public string? Key { get; init; } = "key";

    public IReadOnlyList<string?>? Keys { get; init; }

    /// <summary>Of all records; null deletes.</summary>
    public string? Value { get; init; } = "value";

    public int Codec { get; init; }

    public static Batch By(long producerId, int sequence, int count = 1, short epoch = 0, bool transactional = false) =>
        new() { ProducerId = producerId, Epoch = epoch, Sequence = sequence, Count = count, Transactional = transactional };

    public byte[] ToBytes(Func<byte[], byte[]>? compress = null)
    {
        var count = Keys?.Count ?? Timestamps?.Count ?? Count;
        var times = Timestamps ?? [.. Enumerable.Range(0, count).Select(i => Timestamp + i)];
        var records = new MemoryStream();
        for (var i = 0; i < count; i++)
        {
            var record = new MemoryStream();
            record.WriteByte(0);
            Varint(record, times[i] - times[0]);
            Varint(record, i);
            Text(record, Keys is null ? Key : Keys[i]);
            Text(record, Value);
            Varint(record, 0);
            Varint(records, record.Length);
            record.WriteTo(records);
        }

        var body = records.ToArray();
        if (compress is not null)
        {
            body = compress(body);
        }

        var bytes = new byte[BatchHeader.Size + body.Length];
        body.CopyTo(bytes, BatchHeader.Size);
        var fields = new BatchFields(0, count - 1, times[0], times.Max(), ProducerId, Epoch, Sequence);
        BatchHeader.Write(bytes, (short)(Codec | (Transactional ? 0x10 : 0)), fields, count);
        return bytes;
    }

    public static List<BatchHeader> Headers(byte[] batches)
    {
        var found = new List<BatchHeader>();
        for (var rest = batches.AsSpan(); rest.Length > 0; rest = rest[(int)found[^1].TotalSize..])
        {
            found.Add(BatchHeader.Read(rest));
            Assert.True(found[^1].Fits(rest[..(int)found[^1].TotalSize]));
        }

        return found;
    }

    private static void Text(MemoryStream target, string? text)
    {
        if (text is null)
        {
            Varint(target, -1);
            return;
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        Varint(target, bytes.Length);
        target.Write(bytes);
    }

    private static void Varint(MemoryStream target, long value)
    {
        var bits = (ulong)((value << 1) ^ (value >> 63));
        for (; bits >= 0x80; bits >>= 7)
        {
            target.WriteByte((byte)(bits | 0x80));
        }

        target.WriteByte((byte)bits);
    }
}
