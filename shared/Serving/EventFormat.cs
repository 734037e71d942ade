using System.Buffers;

namespace Millrace.Serving;

/// <summary>Writes server-sent events, as the HTML standard has them.</summary>
internal static class EventFormat
{
    /// <summary>Writes an event: its id, and the bytes as they are.</summary>
    public static void WriteEvent(IBufferWriter<byte> output, ReadPositions positions, ReadOnlySpan<byte> data)
    {
        output.Write("event: message\nid: "u8);
        positions.WriteTo(output);
        output.Write("\n"u8);
        for (var isLast = false; !isLast;)
        {
            // A line's end within the bytes would be that of the field; whoever reads it puts the lines together again.
            var end = data.IndexOfAny((byte)'\r', (byte)'\n');
            isLast = end < 0;
            output.Write("data: "u8);
            output.Write(isLast ? data : data[..end]);
            output.Write("\n"u8);
            data = isLast ? default : data[(end + (data[end..].StartsWith("\r\n"u8) ? 2 : 1))..];
        }

        output.Write("\n"u8);
    }

    /// <summary>Writes a sign of life, which no client takes for an event; with the id, where it has come further without one.</summary>
    public static void WriteHeartbeat(IBufferWriter<byte> output, ReadPositions positions)
    {
        output.Write(":\n"u8);
        if (positions.HasMoved)
        {
            output.Write("id: "u8);
            positions.WriteTo(output);
            output.Write("\n"u8);
        }

        output.Write("\n"u8);
    }
}
