using Millrace.Core;
using Millrace.Schemas;
using Parquet;

namespace Millrace.Connectors;

/// <summary>Writes events into Parquet files of a table. For one caller at a time.</summary>
internal sealed class LakeWriter(IReadOnlyList<SqlField> columns, LakeTable table, StreamPartition partition)
{
    /// <summary>What a row group holds in memory before it is written.</summary>
    public const long RowGroupBytes = 16L << 20;

    // How often the size is looked at.
    private const int RowsBetweenLooks = 256;

    // Beyond that a dictionary saves little and costs a pass over everything.
    internal static ParquetOptions Options { get; } = new()
    {
        CompressionMethod = CompressionMethod.Snappy,
        DictionaryEncodingThreshold = 0.5,
        DictionaryEncodingSampleSize = 1024,
    };

    private readonly RowGroupBuffer _rows = new(columns);
    private readonly Dictionary<string, EventStriper> _stripers = [];

    /// <summary>Writes the events of an hour; of those with the same <c>meta.id</c> the first.</summary>
    /// <param name="path">The file's path below the table's folder.</param>
    /// <param name="hour">The hour.</param>
    /// <param name="events">The events, in their order.</param>
    /// <param name="cancellation">Leaves no file.</param>
    public async Task<DeltaFile> WriteAsync(string path, LakeHour hour, IEnumerable<SpooledEvent> events, CancellationToken cancellation)
    {
        var content = TemporaryStream.Create();
        await using var closing = content.ConfigureAwait(false);
        var rows = 0L;
        var writer = await ParquetWriter.CreateAsync(_rows.Schema, content, Options, cancellationToken: cancellation).ConfigureAwait(false);
        await using (writer.ConfigureAwait(false))
        {
            rows = await WriteAsync(writer, events, cancellation).ConfigureAwait(false);
        }

        var size = content.Position;
        content.Position = 0;
        var name = $"{table.Name}/{path}";
        return await table.Files.TryCreateAsync(name, content, cancellation).ConfigureAwait(false)
            ? new DeltaFile(path, hour, size, rows, table.Time.GetUtcNow())
            : throw new IOException($"'{name}' is there already, though its name is random.");
    }

    private async Task<long> WriteAsync(ParquetWriter writer, IEnumerable<SpooledEvent> events, CancellationToken cancellation)
    {
        var ids = new HashSet<Guid>();
        var (rows, inGroup) = (0L, 0);
        foreach (var one in events)
        {
            if (one.Id != Guid.Empty && !ids.Add(one.Id))
            {
                continue;
            }

            StriperOf(one.SchemaUri).Add(one.Value.Span);
            _rows.AddPosition(partition, one.Offset);
            rows++;
            if (++inGroup % RowsBetweenLooks == 0 && _rows.Bytes >= RowGroupBytes)
            {
                await _rows.WriteAsync(writer, cancellation).ConfigureAwait(false);
                inGroup = 0;
            }
        }

        if (inGroup > 0)
        {
            await _rows.WriteAsync(writer, cancellation).ConfigureAwait(false);
        }

        return rows;
    }

    private EventStriper StriperOf(string schemaUri)
    {
        if (!_stripers.TryGetValue(schemaUri, out var striper))
        {
            _stripers[schemaUri] = striper = _rows.StriperOf(table.ColumnsOf(schemaUri));
        }

        return striper;
    }
}
