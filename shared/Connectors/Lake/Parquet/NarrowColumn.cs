using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace Millrace.Connectors;

/// <summary>A column of integers of 32 bits, as Delta wants a few to be. In memory they are like all others.</summary>
internal sealed class NarrowColumn(DataField field) : ColumnBuffer<long>(field)
{
    public override Task WriteAsync(ParquetRowGroupWriter rows, CancellationToken cancellation)
    {
        var narrow = new int[Values.Length];
        for (var i = 0; i < narrow.Length; i++)
        {
            narrow[i] = checked((int)Values[i]);
        }

        return rows.WriteAllPartsAsync<int>(Field, narrow, Definitions.Memory, RepetitionsToWrite, cancellation);
    }

    protected override void AppendValues(RawColumnData column, int count)
    {
        foreach (var value in ((RawColumnData<int>)column).Values[..count])
        {
            AddValue(value);
        }
    }
}
