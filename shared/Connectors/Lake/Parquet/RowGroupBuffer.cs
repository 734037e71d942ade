using Millrace.Core;
using Millrace.Schemas;
using Parquet;
using Parquet.Schema;

namespace Millrace.Connectors;

/// <summary>The rows of a table that become a row group of a Parquet file. For one caller at a time.</summary>
internal sealed class RowGroupBuffer
{
    private readonly IReadOnlyList<SqlField> _columns;
    private readonly ColumnBuffer[] _buffers;
    private readonly RepeatedText _topics = new();

    /// <summary>Rows of a table: its columns, and behind them those of positions.</summary>
    public RowGroupBuffer(IReadOnlyList<SqlField> columns)
        : this(columns, LakeLayout.Of([.. columns, .. LakePosition.Columns]))
    {
    }

    /// <summary>Rows with a layout of their own, and without positions.</summary>
    public RowGroupBuffer(IReadOnlyList<SqlField> columns, ParquetSchema schema)
    {
        (_columns, Schema) = (columns, schema);
        _buffers = [.. Schema.GetDataFields().Select(ColumnBuffer.For)];
    }

    public ParquetSchema Schema { get; }

    /// <summary>Whether there is any row.</summary>
    public bool HasRows => _buffers[^1].HasMore;

    /// <summary>What the rows hold in memory, in bytes.</summary>
    public long Bytes => _buffers.Sum(column => column.Bytes);

    /// <summary>A striper for events of a schema with these columns.</summary>
    public EventStriper StriperOf(IReadOnlyList<SqlField> declared) => new(LakeNode.Of(_columns, declared), _buffers);

    private TextColumn Topics => (TextColumn)_buffers[^3];

    private ColumnBuffer<long> Partitions => (ColumnBuffer<long>)_buffers[^2];

    private ColumnBuffer<long> Offsets => (ColumnBuffer<long>)_buffers[^1];

    /// <summary>The column of <c>meta.dt</c>, by which a table is partitioned.</summary>
    public ColumnBuffer<DateTime> Times => (ColumnBuffer<DateTime>)_buffers.First(column => column.Field.Path.ToList() is ["meta", "dt"]);

    /// <summary>Adds the position of the row that was added last.</summary>
    public void AddPosition(StreamPartition partition, long offset)
    {
        Topics.Add(partition.Topic, 0, 1);
        Partitions.Add(partition.Partition, 0, 1);
        Offsets.Add(offset, 0, 1);
    }

    /// <summary>Reads the position of the next row; null where it has none.</summary>
    public StreamPosition? NextPosition()
    {
        StreamPosition? position = Topics.HasValue && Partitions.HasValue && Offsets.HasValue ? new StreamPosition(_topics.Of(Topics.Text), (int)Partitions.Next, Offsets.Next) : null;
        Topics.Skip();
        Partitions.Skip();
        Offsets.Skip();
        return position;
    }

    /// <summary>Reads the rows as JSON. What is appended later, it reads too; it begins anew when they are cleared.</summary>
    public RowAssembler Assembler() => new(LakeNode.Of(_columns, _columns), _buffers);

    public async Task WriteAsync(ParquetWriter writer, CancellationToken cancellation)
    {
        using (var rows = writer.CreateRowGroup())
        {
            foreach (var column in _buffers)
            {
                await column.WriteAsync(rows, cancellation).ConfigureAwait(false);
            }

            rows.CompleteValidate();
        }

        Clear();
    }

    /// <summary>Appends a row group of a file with these columns, or with those of an earlier version of the table.</summary>
    public async Task AppendAsync(ParquetRowGroupReader group, ParquetSchema source, CancellationToken cancellation)
    {
        var present = source.GetDataFields();
        foreach (var column in _buffers)
        {
            if (present.FirstOrDefault(field => field.Path.Equals(column.Field.Path)) is { } field)
            {
                using var read = await group.ReadRawColumnDataBaseAsync(field, cancellation).ConfigureAwait(false);
                column.Append(read, field);
            }
            else
            {
                await AppendAbsentAsync(column, group, present, cancellation).ConfigureAwait(false);
            }
        }
    }

    // The file is older than the column. Beside it there is a column within the same structures, as far as the file has them:
    // its levels say where those begin and which are null.
    private async Task AppendAbsentAsync(ColumnBuffer column, ParquetRowGroupReader group, DataField[] present, CancellationToken cancellation)
    {
        var path = column.Field.Path.ToList();
        for (var length = path.Count - 1; length > 0; length--)
        {
            var around = path.Take(length).ToList();
            if (present.FirstOrDefault(field => field.Path.ToList().Take(length).SequenceEqual(around)) is { } beside)
            {
                var (definition, repetition) = LevelsOf(around);
                using var read = await group.ReadRawColumnDataBaseAsync(beside, cancellation).ConfigureAwait(false);
                column.AppendAbsent(read, beside, definition, repetition);
                return;
            }
        }

        for (var row = 0L; row < group.RowCount; row++)
        {
            column.AddMissing(0, 0);
        }
    }

    // Of the structure that a path leads to.
    private (int Definition, int Repetition) LevelsOf(List<string> path)
    {
        var found = Schema.Fields.SelectMany(Within).First(field => field.Path.ToList().SequenceEqual(path));
        return (found.MaxDefinitionLevel, found.MaxRepetitionLevel);
    }

    private static IEnumerable<Field> Within(Field field)
    {
        IEnumerable<Field> below = field switch
        {
            StructField row => row.Fields,
            ListField list => [list.Item],
            MapField map => [map.Key, map.Value],
            _ => [],
        };
        return below.SelectMany(Within).Prepend(field);
    }

    public void Clear()
    {
        foreach (var column in _buffers)
        {
            column.Clear();
        }
    }
}
