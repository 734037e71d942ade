using System.Globalization;
using Parquet;

namespace Millrace.Connectors;

/// <summary>Rewrites the small files of each hour of a table into few. Rows and columns stay what they are.</summary>
/// <remarks>
/// Beside writers and other compactions: a commit replaces files that are still in the table, or is not made. The files that
/// are replaced stay until <see cref="Vacuum"/> deletes them, as readers may still be at them.
/// </remarks>
/// <param name="files">The lake.</param>
/// <param name="table">The table's name.</param>
/// <param name="time">The clock.</param>
public sealed class Compaction(ILakeFiles files, string table, TimeProvider time)
{
    private readonly DeltaLog _log = new(files, table);

    /// <summary>What one file may have at most; files of more than half of it are not small.</summary>
    public long TargetBytes { get; init; } = 128L << 20;

    /// <summary>Compacts all hours that have at least two small files.</summary>
    /// <param name="compacted">Told of each file that was written, and how many it replaces.</param>
    /// <param name="cancellation">Ends after the file that is being written, or with it.</param>
    /// <returns>How many files were replaced by how many, and how many groups changed meanwhile and were left as they are.</returns>
    public async Task<CompactionResult> RunAsync(Action<DeltaFile, int>? compacted, CancellationToken cancellation)
    {
        var snapshot = await _log.ReadAsync(cancellation).ConfigureAwait(false);
        var result = new CompactionResult(0, 0, 0, 0, 0);
        foreach (var group in Groups(snapshot))
        {
            var written = await MergeAsync(group, cancellation).ConfigureAwait(false);
            if (written is null || !await ReplaceAsync(group, written, cancellation).ConfigureAwait(false))
            {
                result = result with { Skipped = result.Skipped + 1 };
                continue;
            }

            result = new CompactionResult(result.Replaced + group.Count, result.Written + 1, result.BytesBefore + group.Sum(file => file.Size), result.BytesAfter + written.Size, result.Skipped);
            compacted?.Invoke(written, group.Count);
        }

        return result;
    }

    private IEnumerable<List<DeltaFile>> Groups(DeltaSnapshot snapshot)
    {
        foreach (var hour in snapshot.Files.Values.Where(file => file.Size <= TargetBytes / 2).GroupBy(file => file.Hour).OrderBy(hour => hour.Key.Number))
        {
            var group = new List<DeltaFile>();
            foreach (var file in hour.OrderBy(file => file.Modified).ThenBy(file => file.Path, StringComparer.Ordinal))
            {
                if (group.Sum(one => one.Size) + file.Size > TargetBytes)
                {
                    yield return group;
                    group = [];
                }

                group.Add(file);
            }

            if (group.Count > 1)
            {
                yield return group;
            }
        }
    }

    private async Task<DeltaFile?> MergeAsync(List<DeltaFile> group, CancellationToken cancellation)
    {
        var snapshot = await _log.ReadAsync(cancellation).ConfigureAwait(false);
        var rows = new RowGroupBuffer(snapshot.Columns);
        var content = TemporaryStream.Create();
        await using var closing = content.ConfigureAwait(false);
        var writer = await ParquetWriter.CreateAsync(rows.Schema, content, LakeWriter.Options, cancellationToken: cancellation).ConfigureAwait(false);
        await using (writer.ConfigureAwait(false))
        {
            foreach (var file in group)
            {
                // Another compaction has replaced it, and a vacuum deleted it.
                var source = await files.TryOpenAsync($"{table}/{file.Path}", cancellation).ConfigureAwait(false);
                if (source is null)
                {
                    return null;
                }

                await using var closingSource = source.ConfigureAwait(false);
                await AppendAsync(source, rows, writer, cancellation).ConfigureAwait(false);
            }

            if (rows.Bytes > 0)
            {
                await rows.WriteAsync(writer, cancellation).ConfigureAwait(false);
            }
        }

        var size = content.Position;
        content.Position = 0;
        var path = string.Create(CultureInfo.InvariantCulture, $"{group[0].Hour.Folder}/compacted-{Guid.NewGuid():N}.snappy.parquet");
        return await files.TryCreateAsync($"{table}/{path}", content, cancellation).ConfigureAwait(false)
            ? new DeltaFile(path, group[0].Hour, size, group.Sum(file => file.Rows), time.GetUtcNow())
            : throw new IOException($"'{path}' is there already, though its name is random.");
    }

    private static async Task AppendAsync(Stream source, RowGroupBuffer rows, ParquetWriter writer, CancellationToken cancellation)
    {
        var reader = await ParquetReader.CreateAsync(source, cancellationToken: cancellation).ConfigureAwait(false);
        await using var closing = reader.ConfigureAwait(false);
        for (var i = 0; i < reader.RowGroupCount; i++)
        {
            using var group = reader.OpenRowGroupReader(i);
            await rows.AppendAsync(group, reader.Schema, cancellation).ConfigureAwait(false);
            if (rows.Bytes >= LakeWriter.RowGroupBytes)
            {
                await rows.WriteAsync(writer, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task<bool> ReplaceAsync(List<DeltaFile> group, DeltaFile written, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var snapshot = await _log.CommitAsync(
            table => group.TrueForAll(file => table.Files.ContainsKey(file.Path))
                ? [DeltaActions.Commit("OPTIMIZE", now), DeltaActions.Add(written, isNew: false), .. group.Select(file => DeltaActions.Remove(file, now))]
                : null,
            cancellation).ConfigureAwait(false);
        if (snapshot.Files.ContainsKey(written.Path))
        {
            await _log.CheckpointAsync(snapshot, now, cancellation).ConfigureAwait(false);
            return true;
        }

        await files.DeleteAsync($"{table}/{written.Path}", cancellation).ConfigureAwait(false);
        return false;
    }
}
