using System.Text;
using Millrace.Core;
using Millrace.Schemas;

namespace Millrace.Connectors;

/// <summary>Makes rows of the events of one schema, in the binary form of COPY: bytes to bytes, nothing parsed in between.</summary>
/// <remarks>What a column can foreseeably not hold is found here, so that it never spoils a batch.</remarks>
internal sealed class PostgresRowEncoder
{
    private const string IdPath = "meta.id";

    private readonly string _table;
    private readonly PostgresColumn[] _columns;
    private readonly byte[][] _names;
    private readonly MessageKey? _key;
    private readonly (int Root, byte[][] Below)[] _keyPaths;
    private readonly (int Root, byte[][] Below) _id;
    private readonly (int Root, byte[][] Below) _change;

    /// <param name="table">The table's name, for messages.</param>
    /// <param name="schema">The table that the schema has.</param>
    /// <param name="key">In an upsert the stream's key; else null.</param>
    public PostgresRowEncoder(string table, SqlTable schema, MessageKey? key)
    {
        (_table, _key, SchemaUri) = (table, key, schema.SchemaUri);
        _columns = [.. schema.Columns.Select(PostgresColumn.Of)];
        Columns = PostgresColumn.List([.. _columns, .. PostgresColumn.OfRow(key is null ? PostgresMode.Append : PostgresMode.Upsert)]);

        // Fields that no column has are looked for too, where a key is made of them.
        var names = _columns.Select(column => column.Name).ToList();
        _id = PathOf(["meta", "id"]);
        _change = PathOf(["changelog_kind"]);
        _keyPaths = [.. key?.Paths.Select(PathOf) ?? []];
        _names = [.. names.Select(Encoding.UTF8.GetBytes)];

        (int, byte[][]) PathOf(string[] path)
        {
            if (!names.Contains(path[0]))
            {
                names.Add(path[0]);
            }

            return (names.IndexOf(path[0]), [.. path[1..].Select(Encoding.UTF8.GetBytes)]);
        }
    }

    /// <summary>The schema of the events.</summary>
    public string SchemaUri { get; }

    /// <summary>The columns of the rows, as a list in SQL.</summary>
    public string Columns { get; }

    /// <summary>Writes the row of an event behind what the buffer has.</summary>
    /// <param name="processed">The event.</param>
    /// <param name="buffer">Left as it was where the event is refused.</param>
    /// <param name="row">The row.</param>
    /// <returns>Why the table cannot hold the event; null where it can.</returns>
    public string? Encode(ProcessedRecord processed, PostgresBuffer buffer, out PostgresRow row)
    {
        ReadOnlySpan<byte> json = processed.Input.Value;
        Span<FieldRange> ranges = _names.Length <= 128 ? stackalloc FieldRange[_names.Length] : new FieldRange[_names.Length];
        Find(json, ranges);
        row = new PostgresRow(processed, this, buffer.Length, 0, At(json, ranges, _id), null, false);
        if (row.Id.Length > 0 && row.Id.In(json)[0] != '"')
        {
            row = row with { Id = default };
        }

        if (_key is not null)
        {
            Span<FieldRange> fields = _keyPaths.Length <= 16 ? stackalloc FieldRange[_keyPaths.Length] : new FieldRange[_keyPaths.Length];
            for (var i = 0; i < fields.Length; i++)
            {
                fields[i] = At(json, ranges, _keyPaths[i]);
            }

            if (!_key.TryCreate(json, fields, out var key, out var missing))
            {
                return $"{_table}.{PostgresColumn.Key}: the event has no field '{missing}', which its stream's message_key_fields name.";
            }

            row = row with { Key = Encoding.UTF8.GetString(key), Deletes = At(json, ranges, _change).In(json).SequenceEqual("\"delete\""u8) };
        }

        return row.Deletes ? null : Write(json, ranges, buffer, ref row);
    }

    /// <summary>The event's value of a column, for a message.</summary>
    public string? ValueOf(PostgresRow row, string column)
    {
        var json = row.Processed.Input.Value.AsSpan();
        var ranges = new FieldRange[_names.Length];
        Find(json, ranges);
        var at = Array.FindIndex(_columns, candidate => candidate.Name == column);
        return at < 0 || ranges[at].Length == 0 ? null : PostgresValue.Excerpt(ranges[at].In(json));
    }

    private string? Write(ReadOnlySpan<byte> json, ReadOnlySpan<FieldRange> ranges, PostgresBuffer buffer, ref PostgresRow row)
    {
        var start = buffer.Length;
        var mayHaveZero = PostgresValue.MayHaveZero(json);
        buffer.Int16((short)(_columns.Length + (row.Key is null ? 4 : 5)));
        for (var i = 0; i < _columns.Length; i++)
        {
            if (PostgresValue.Write(_columns[i].Type, ranges[i].In(json), mayHaveZero, buffer) is { } reason)
            {
                buffer.Truncate(start);
                return $"{_table}.{_columns[i].Name}: {reason}";
            }
        }

        if (PostgresValue.Write(PostgresColumn.Text, row.Id.In(json), mayHaveZero, buffer) is { } badId)
        {
            buffer.Truncate(start);
            return $"{_table}.{PostgresColumn.Id}: {IdPath} {badId}";
        }

        var position = row.Processed.Input.Origin;
        Text(position.Topic, buffer);
        buffer.Int32(position.Partition);
        buffer.Int64(position.Offset);
        if (row.Key is { } key)
        {
            Text(key, buffer);
        }

        row = row with { Length = buffer.Length - start };
        return null;
    }

    // Events of one schema nearly always have their fields in one order: the next name is tried first.
    private void Find(ReadOnlySpan<byte> json, Span<FieldRange> ranges)
    {
        ranges.Clear();
        var (place, next) = (0, 0);
        while (JsonFields.Next(json, ref place, out var name, out var value))
        {
            for (var i = 0; i < _names.Length; i++)
            {
                var at = next + i < _names.Length ? next + i : next + i - _names.Length;
                if (JsonFields.IsNamed(name.In(json), _names[at]))
                {
                    ranges[at] = value;
                    next = at + 1 < _names.Length ? at + 1 : 0;
                    break;
                }
            }
        }
    }

    private static FieldRange At(ReadOnlySpan<byte> json, ReadOnlySpan<FieldRange> ranges, (int Root, byte[][] Below) path)
    {
        var range = ranges[path.Root];
        foreach (var step in path.Below)
        {
            if (range.Length == 0 || json[range.Start] != '{')
            {
                return default;
            }

            var (place, found) = (range.Start, default(FieldRange));
            while (JsonFields.Next(json, ref place, out var name, out var value))
            {
                if (JsonFields.IsNamed(name.In(json), step))
                {
                    found = value;
                    break;
                }
            }

            range = found;
        }

        return range;
    }

    private static void Text(string text, PostgresBuffer buffer)
    {
        var size = Encoding.UTF8.GetByteCount(text);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(buffer.Take(4), size);
        Encoding.UTF8.GetBytes(text, buffer.Take(size));
    }
}
