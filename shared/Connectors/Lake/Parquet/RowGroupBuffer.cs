using Millrace.Schemas;
using Parquet;
using Parquet.Schema;

namespace Millrace.Connectors;

/// <summary>The rows of a table that become a row group of a Parquet file. For one caller at a time.</summary>
internal sealed class RowGroupBuffer
{
    private readonly IReadOnlyList<SqlField> _columns;
    private readonly ColumnBuffer[] _buffers;

    public RowGroupBuffer(IReadOnlyList<SqlField> columns)
    {
        _columns = columns;
        Schema = LakeLayout.Of(columns);
        _buffers = [.. Schema.GetDataFields().Select(ColumnBuffer.For)];
    }

    public ParquetSchema Schema { get; }

    public IReadOnlyList<ColumnBuffer> Columns => _buffers;

    /// <summary>What the rows hold in memory, in bytes.</summary>
    public long Bytes => _buffers.Sum(column => column.Bytes);

    /// <summary>A striper for events of a schema with these columns.</summary>
    public EventStriper StriperOf(IReadOnlyList<SqlField> declared) => new(LakeNode.Of(_columns, declared), _buffers);

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

    public void Clear()
    {
        foreach (var column in _buffers)
        {
            column.Clear();
        }
    }
}
