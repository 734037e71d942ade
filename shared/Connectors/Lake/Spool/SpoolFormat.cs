using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Millrace.Connectors;

/// <summary>How an entry of a spool is written: a line of JSON about it, then its events, each with its time, its offset, its schema, its id and its length before it.</summary>
internal static class SpoolFormat
{
    private const int MaxHeader = 64 * 1024;
    private const int Prefix = 38;

    // An entry of another version is refused, not misread.
    private const int Version = 2;

    /// <summary>Adds an event to the events of an entry.</summary>
    /// <param name="events">Those before it.</param>
    /// <param name="schema">The number of its schema in the entry.</param>
    /// <param name="offset">Its offset in the partition.</param>
    /// <param name="time">Its <c>meta.dt</c>.</param>
    /// <param name="id">Stands for its <c>meta.id</c>; empty where it has none.</param>
    /// <param name="value">Its bytes.</param>
    public static void Write(ArrayBufferWriter<byte> events, int schema, long offset, DateTime time, Guid id, ReadOnlySpan<byte> value)
    {
        var span = events.GetSpan(Prefix + value.Length);
        BinaryPrimitives.WriteInt64LittleEndian(span, time.Ticks);
        BinaryPrimitives.WriteInt64LittleEndian(span[8..], offset);
        BinaryPrimitives.WriteUInt16LittleEndian(span[16..], checked((ushort)schema));
        BinaryPrimitives.WriteInt32LittleEndian(span[18..], value.Length);
        id.TryWriteBytes(span[22..]);
        value.CopyTo(span[Prefix..]);
        events.Advance(Prefix + value.Length);
    }

    /// <summary>What stands before the events of an entry: its first line.</summary>
    /// <param name="writer">Who writes it: another's entry is never the same.</param>
    /// <param name="next">The checkpoint behind the events.</param>
    /// <param name="rows">How many events there are.</param>
    /// <param name="schemas">The schemas by their numbers.</param>
    public static byte[] FirstLine(Guid writer, long next, int rows, IReadOnlyList<string> schemas) =>
        [.. JsonSerializer.SerializeToUtf8Bytes(new Header(Version, writer, next, rows, schemas)), (byte)'\n'];

    /// <summary>Reads what an entry's first line says.</summary>
    public static async Task<SpoolEntry> ReadHeaderAsync(Stream entry, long number, DateTimeOffset written, CancellationToken cancellation)
    {
        var start = new byte[Math.Min(MaxHeader, entry.Length)];
        await entry.ReadExactlyAsync(start, cancellation).ConfigureAwait(false);
        var header = HeaderOf(start);
        return new SpoolEntry(number, header.Next, header.Rows, entry.Length, written);
    }

    /// <summary>Reads an entry's events, without copying them.</summary>
    public static IEnumerable<SpooledEvent> Read(ReadOnlyMemory<byte> entry)
    {
        var schemas = HeaderOf(entry.Span).Schemas;
        var rest = entry[(entry.Span.IndexOf((byte)'\n') + 1)..];
        while (rest.Length > 0)
        {
            var time = new DateTime(BinaryPrimitives.ReadInt64LittleEndian(rest.Span), DateTimeKind.Utc);
            var offset = BinaryPrimitives.ReadInt64LittleEndian(rest.Span[8..]);
            var schema = schemas[BinaryPrimitives.ReadUInt16LittleEndian(rest.Span[16..])];
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest.Span[18..]);
            yield return new SpooledEvent(schema, offset, time, new Guid(rest.Span[22..Prefix]), rest.Slice(Prefix, length));
            rest = rest[(Prefix + length)..];
        }
    }

    private static Header HeaderOf(ReadOnlySpan<byte> entry)
    {
        var end = entry.IndexOf((byte)'\n');
        var header = (end < 0 ? null : JsonSerializer.Deserialize<Header>(entry[..end])) ?? throw new InvalidDataException($"An entry of the spool begins with \"{Encoding.UTF8.GetString(entry[..Math.Min(64, entry.Length)])}\", not with a line of JSON.");
        return header.Version == Version ? header : throw new InvalidDataException($"An entry of the spool has version {header.Version}; known is {Version}. Let the release that wrote it bring it into the table.");
    }

    private sealed record Header(int Version, Guid Writer, long Next, int Rows, IReadOnlyList<string> Schemas);
}
