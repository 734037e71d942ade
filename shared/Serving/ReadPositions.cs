using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Millrace.Core;

namespace Millrace.Serving;

/// <summary>How far a client has come in every partition: what the ids of its events say.</summary>
/// <remarks>
/// A JSON array as EventStreams has it, an object for each partition: <c>topic</c>, <c>partition</c>, <c>offset</c> to go on at, and <c>timestamp</c> of the
/// last record, in milliseconds since 1970. Beyond that it names the <c>cluster</c>, as offsets of one are none of another.
/// </remarks>
internal sealed class ReadPositions
{
    // A header has to hold it: servers take 32 KiB of headers.
    private const int MostBytes = 24 * 1024;
    private const int NumberLength = 20;

    private readonly Dictionary<StreamPartition, int> _indexes = [];
    private readonly List<Entry> _entries = [];

    /// <summary>Begins.</summary>
    /// <param name="starts">The first offset to come of each partition.</param>
    /// <param name="cluster">The cluster's id; null where it has none.</param>
    /// <param name="now">The time, for partitions of which nothing was read yet, in milliseconds since 1970.</param>
    /// <exception cref="StreamRefusedException">There are too many partitions for an id.</exception>
    public ReadPositions(IEnumerable<KeyValuePair<StreamPartition, (long Offset, long? Time)>> starts, string? cluster, long now)
    {
        MaxLength = "[]".Length;
        foreach (var (partition, start) in starts)
        {
            var entry = new Entry(partition, cluster) { Offset = start.Offset, Timestamp = start.Time ?? now };
            _indexes.Add(partition, _entries.Count);
            _entries.Add(entry);
            MaxLength += entry.MaxLength;
        }

        if (MaxLength > MostBytes)
        {
            throw new StreamRefusedException(400, $"The streams have {_entries.Count} partitions, too many for an id of {MostBytes} bytes. Ask for fewer streams at a time.");
        }
    }

    /// <summary>The most bytes that an id has.</summary>
    public int MaxLength { get; }

    /// <summary>Whether it has come further since <see cref="WriteTo"/>.</summary>
    public bool HasMoved { get; private set; } = true;

    /// <summary>Notes a record that the client has, or does not want.</summary>
    public void Pass(StreamPosition position, long timestamp)
    {
        var entry = _entries[_indexes[position.StreamPartition]];
        entry.Offset = position.Offset + 1;
        entry.Timestamp = Math.Max(0, timestamp);
        HasMoved = true;
    }

    /// <summary>Writes the id.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        HasMoved = false;
        output.Write("["u8);
        var isFirst = true;
        foreach (var entry in _entries)
        {
            if (!isFirst)
            {
                output.Write(","u8);
            }

            isFirst = false;
            output.Write(entry.Head);
            Write(output, entry.Offset);
            output.Write(",\"timestamp\":"u8);
            Write(output, entry.Timestamp);
            output.Write(entry.Tail);
        }

        output.Write("]"u8);
    }

    private static void Write(IBufferWriter<byte> output, long number)
    {
        Utf8Formatter.TryFormat(number, output.GetSpan(NumberLength), out var written);
        output.Advance(written);
    }

    private sealed class Entry(StreamPartition partition, string? cluster)
    {
        public byte[] Head { get; } = Encoding.UTF8.GetBytes($"{{\"topic\":\"{partition.Topic}\",\"partition\":{partition.Partition},\"offset\":");

        public byte[] Tail { get; } = cluster is null ? [(byte)'}'] : [.. ",\"cluster\":\""u8, .. JsonEncodedText.Encode(cluster).EncodedUtf8Bytes, .. "\"}"u8];

        public long Offset { get; set; }

        public long Timestamp { get; set; }

        public int MaxLength => Head.Length + NumberLength + ",\"timestamp\":".Length + NumberLength + Tail.Length + 1;
    }
}
