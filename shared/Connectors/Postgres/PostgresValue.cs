using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Millrace.Connectors;

/// <summary>Writes JSON values as PostgreSQL's.</summary>
internal static class PostgresValue
{
    /// <summary>Writes a field.</summary>
    /// <param name="type">The column's type.</param>
    /// <param name="json">The value; empty is an absent one.</param>
    /// <param name="mayHaveZero">Whether the event has U+0000 anywhere, escaped; nearly none has.</param>
    /// <param name="buffer">Where to; after a refusal it has part of the field.</param>
    /// <returns>Why the column cannot hold the value; null where it can.</returns>
    public static string? Write(string type, ReadOnlySpan<byte> json, bool mayHaveZero, PostgresBuffer buffer)
    {
        if (json.IsEmpty || (json[0] == 'n' && type != PostgresColumn.Jsonb))
        {
            buffer.Null();
            return null;
        }

        return (type, json[0]) switch
        {
            (PostgresColumn.Jsonb, (byte)'n') => Absent(buffer),
            (PostgresColumn.Jsonb, _) => Jsonb(json, mayHaveZero, buffer),
            (PostgresColumn.Boolean, (byte)'t' or (byte)'f') => Bool(json, buffer),
            (PostgresColumn.Text, (byte)'"') => Text(json, buffer),
            (PostgresColumn.Timestamp, (byte)'"') => Timestamp(json, buffer),
            (PostgresColumn.Bigint, (byte)'-' or (>= (byte)'0' and <= (byte)'9')) => Bigint(json, buffer),
            (PostgresColumn.DoublePrecision, (byte)'-' or (>= (byte)'0' and <= (byte)'9')) => Double(json, buffer),
            _ => $"{Excerpt(json)} is no {type}.",
        };
    }

    /// <summary>The beginning of a value, for a message.</summary>
    public static string Excerpt(ReadOnlySpan<byte> json) => Core.Excerpt.Of(Encoding.UTF8.GetString(json[..Math.Min(json.Length, 4 * 65)]));

    // Absent and null are one, in columns of every type.
    private static string? Absent(PostgresBuffer buffer)
    {
        buffer.Null();
        return null;
    }

    private static string? Bool(ReadOnlySpan<byte> json, PostgresBuffer buffer)
    {
        buffer.Bool(json[0] == 't');
        return null;
    }

    private static string? Jsonb(ReadOnlySpan<byte> json, bool mayHaveZero, PostgresBuffer buffer)
    {
        if (mayHaveZero && ZeroAt(json) is var zero and >= 0)
        {
            return $"{Excerpt(json[Math.Max(0, json[..zero].LastIndexOf((byte)'"'))..])} has the character U+0000, which jsonb cannot hold.";
        }

        buffer.Jsonb(json);
        return null;
    }

    private static string? Bigint(ReadOnlySpan<byte> json, PostgresBuffer buffer)
    {
        if (Utf8Parser.TryParse(json, out long whole, out var consumed) && consumed == json.Length)
        {
            buffer.Int64(whole);
            return null;
        }

        // 1.0 and 1e3 are whole numbers to a schema too.
        if (decimal.TryParse(json, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number == decimal.Truncate(number) && number is >= long.MinValue and <= long.MaxValue)
        {
            buffer.Int64((long)number);
            return null;
        }

        return $"{Excerpt(json)} is beyond the 64 bits of bigint.";
    }

    private static string? Double(ReadOnlySpan<byte> json, PostgresBuffer buffer)
    {
        if (!double.TryParse(json, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
        {
            return $"{Excerpt(json)} is beyond double precision.";
        }

        buffer.Double(number);
        return null;
    }

    private static string? Timestamp(ReadOnlySpan<byte> json, PostgresBuffer buffer)
    {
        if (!PostgresTimestamp.TryParse(json[1..^1], out var micros))
        {
            return $"{Excerpt(json)} is no date-time from the year 1 on, which timestamptz would hold.";
        }

        buffer.Int64(micros);
        return null;
    }

    private static string? Text(ReadOnlySpan<byte> json, PostgresBuffer buffer)
    {
        if (!json.Contains((byte)'\\'))
        {
            buffer.Bytes(json[1..^1]);
            return null;
        }

        var start = buffer.Length;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        var field = buffer.Take(4 + json.Length);
        var length = reader.CopyString(field[4..]);
        BinaryPrimitives.WriteInt32BigEndian(field, length);
        buffer.Truncate(start + 4 + length);
        return field.Slice(4, length).Contains((byte)0) ? $"{Excerpt(json)} has the character U+0000, which text cannot hold." : null;
    }

    /// <summary>Whether a search for U+0000 is worth while.</summary>
    public static bool MayHaveZero(ReadOnlySpan<byte> json) => json.IndexOf("\\u0000"u8) >= 0;

    // An escaped zero; the backslash before it is none of an escaped backslash.
    private static int ZeroAt(ReadOnlySpan<byte> json)
    {
        for (var from = 0; json[from..].IndexOf("\\u0000"u8) is var found and >= 0; from += found + 1)
        {
            var (at, slashes) = (from + found, 0);
            while (at - slashes > 0 && json[at - slashes - 1] == '\\')
            {
                slashes++;
            }

            if (slashes % 2 == 0)
            {
                return at;
            }
        }

        return -1;
    }
}
