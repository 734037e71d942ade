using System.Buffers;
using System.Text.Json;
using Millrace.Core;
using Millrace.Schemas;
using Parquet;

namespace Millrace.Connectors;

/// <summary>Reads rows of a table's files. Safe for concurrent use.</summary>
/// <param name="files">The lake.</param>
/// <param name="folder">The table's folder.</param>
/// <param name="columns">The table's columns.</param>
/// <param name="from">The first <c>meta.dt</c> that is wanted.</param>
/// <param name="to">The <c>meta.dt</c> behind the last.</param>
internal sealed class LakeRows(ILakeFiles files, string folder, IReadOnlyList<SqlField> columns, DateTime from, DateTime to)
{
    private static readonly SqlField[] Time = [new("meta", new SqlType.Row([new("dt", new SqlType.Scalar(SqlScalar.Timestamp), null)]), null)];

    /// <summary>Finds out what rows a file has of each partition, by their positions and times alone.</summary>
    /// <exception cref="InvalidDataException">A row has no position.</exception>
    /// <exception cref="IOException">The file cannot be read, or was deleted.</exception>
    public async Task<IReadOnlyList<(StreamPartition Partition, RowRun Run)>> ScanAsync(DeltaFile file, CancellationToken cancellation)
    {
        var runs = new List<(StreamPartition, RowRun)>();
        var reader = await OpenAsync(file, cancellation).ConfigureAwait(false);
        await using var closing = reader.ConfigureAwait(false);
        for (var i = 0; i < reader.RowGroupCount; i++)
        {
            var found = new Dictionary<StreamPartition, RowRun>();
            foreach (var (position, row) in Wanted(await LoadAsync(reader, i, Time, cancellation).ConfigureAwait(false), file))
            {
                row.Skip();
                var run = found.GetValueOrDefault(position.StreamPartition, new RowRun(file, i, position.Offset, position.Offset));
                found[position.StreamPartition] = run with { First = Math.Min(run.First, position.Offset), Last = Math.Max(run.Last, position.Offset) };
            }

            runs.AddRange(found.Select(one => (one.Key, one.Value)));
        }

        return runs;
    }

    /// <summary>The events of a run as JSON, in the order of their offsets.</summary>
    /// <exception cref="IOException">The file cannot be read, or was deleted.</exception>
    public async Task<List<(long Offset, byte[] Json)>> ReadAsync(StreamPartition partition, RowRun run, CancellationToken cancellation)
    {
        var events = new List<(long Offset, byte[] Json)>();
        var reader = await OpenAsync(run.File, cancellation).ConfigureAwait(false);
        await using var closing = reader.ConfigureAwait(false);
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes);
        foreach (var (position, row) in Wanted(await LoadAsync(reader, run.RowGroup, columns, cancellation).ConfigureAwait(false), run.File))
        {
            if (position.StreamPartition != partition)
            {
                row.Skip();
                continue;
            }

            row.WriteTo(json);
            json.Flush();
            events.Add((position.Offset, bytes.WrittenSpan.ToArray()));
            bytes.ResetWrittenCount();
            json.Reset();
        }

        events.Sort((one, other) => one.Offset.CompareTo(other.Offset));
        return events;
    }

    // Whoever is given a row reads it, or passes it over.
    private IEnumerable<(StreamPosition Position, RowAssembler Row)> Wanted(RowGroupBuffer rows, DeltaFile file)
    {
        var (row, times) = (rows.Assembler(), rows.Times);
        while (rows.HasRows)
        {
            var isWanted = times.HasValue && times.Next >= from && times.Next < to;
            var position = rows.NextPosition();
            if (isWanted)
            {
                yield return (position ?? throw new InvalidDataException($"'{folder}/{file.Path}' has rows of {file.Hour} without a position, as an earlier release wrote them: begin after them."), row);
            }
            else
            {
                row.Skip();
            }
        }
    }

    private static async Task<RowGroupBuffer> LoadAsync(ParquetReader reader, int number, IReadOnlyList<SqlField> columns, CancellationToken cancellation)
    {
        var rows = new RowGroupBuffer(columns);
        using var group = reader.OpenRowGroupReader(number);
        await rows.AppendAsync(group, reader.Schema, cancellation).ConfigureAwait(false);
        return rows;
    }

    private async Task<ParquetReader> OpenAsync(DeltaFile file, CancellationToken cancellation)
    {
        var content = await files.TryOpenAsync($"{folder}/{file.Path}", cancellation).ConfigureAwait(false)
            ?? throw new IOException($"'{folder}/{file.Path}' was deleted meanwhile. Begin again: the table is made of others now.");
        return await ParquetReader.CreateAsync(content, leaveStreamOpen: false, cancellationToken: cancellation).ConfigureAwait(false);
    }
}
