namespace Millrace.Connectors;

/// <summary>Deletes the Parquet files in a table's folder that the table is not made of any more, or never was, and commits that no reader needs.</summary>
/// <param name="files">The lake.</param>
/// <param name="table">The table's name.</param>
/// <param name="time">The clock.</param>
public sealed class Vacuum(ILakeFiles files, string table, TimeProvider time)
{
    /// <summary>The least retention: a writer may be about to commit a file that it wrote.</summary>
    public static TimeSpan LeastRetention { get; } = TimeSpan.FromHours(1);

    /// <summary>The longest retention: a checkpoint does not remember for longer when a file left the table.</summary>
    public static TimeSpan MostRetention { get; } = CheckpointFormat.TombstoneRetention;

    /// <summary>How long commits stay below the checkpoint that was the newest then; until then the table can be read as it was.</summary>
    public TimeSpan LogRetention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Deletes, or only looks for, what can go.</summary>
    /// <param name="retention">How long a file stays after it was written, or left the table: longer than any reader takes.</param>
    /// <param name="dryRun">Whether nothing is deleted.</param>
    /// <param name="deleted">Told of each file.</param>
    /// <param name="cancellation">Ends it; what is deleted is deleted.</param>
    /// <returns>The files.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A retention is below the least, or that of files above the most.</exception>
    public async Task<IReadOnlyList<LakeFile>> RunAsync(TimeSpan retention, bool dryRun, Action<LakeFile>? deleted, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(retention, LeastRetention);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(retention, MostRetention);
        ArgumentOutOfRangeException.ThrowIfLessThan(LogRetention, LeastRetention);

        // The files first: what is written after that is not looked at, and what is committed by then is in the log.
        var present = await files.ListAsync(table, cancellation).ConfigureAwait(false);
        var snapshot = await new DeltaLog(files, table).ReadAsync(cancellation).ConfigureAwait(false);
        var gone = new List<LakeFile>();
        foreach (var file in Unused(present, snapshot, time.GetUtcNow() - retention).Concat(OldLog(present, time.GetUtcNow() - LogRetention)))
        {
            if (!dryRun)
            {
                await files.DeleteAsync(file.Name, cancellation).ConfigureAwait(false);
            }

            gone.Add(file);
            deleted?.Invoke(file);
        }

        return gone;
    }

    private IEnumerable<LakeFile> Unused(IEnumerable<LakeFile> present, DeltaSnapshot snapshot, DateTimeOffset before)
    {
        foreach (var file in present.Where(file => file.Name.EndsWith(".parquet", StringComparison.Ordinal) && !file.Name.StartsWith($"{table}/_", StringComparison.Ordinal)))
        {
            var path = file.Name[(table.Length + 1)..];
            if (file.Modified <= before && !snapshot.Files.ContainsKey(path) && !(snapshot.Removed.TryGetValue(path, out var left) && left > before))
            {
                yield return file;
            }
        }
    }

    // Checkpoints go first, so that nobody begins at one behind which commits are missing; then the commits in their order, by
    // which a writer that slept for that long finds that the log has gone on without it.
    private IEnumerable<LakeFile> OldLog(IReadOnlyList<LakeFile> present, DateTimeOffset before)
    {
        var log = present.Where(file => file.Name.StartsWith($"{DeltaLog.FolderOf(table)}/", StringComparison.Ordinal)).ToList();
        var kept = log.Where(file => file.Modified <= before).Max(DeltaCheckpoints.VersionOf);
        return log.Where(file => DeltaCheckpoints.VersionOf(file) < kept).Concat(log.Where(file => DeltaLog.VersionOf(file) < kept));
    }
}
