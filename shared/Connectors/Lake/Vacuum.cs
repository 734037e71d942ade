namespace Millrace.Connectors;

/// <summary>Deletes the Parquet files in a table's folder that the table is not made of any more, or never was.</summary>
/// <param name="files">The lake.</param>
/// <param name="table">The table's name.</param>
/// <param name="time">The clock.</param>
public sealed class Vacuum(ILakeFiles files, string table, TimeProvider time)
{
    /// <summary>The least retention: a writer may be about to commit a file that it wrote.</summary>
    public static TimeSpan LeastRetention { get; } = TimeSpan.FromHours(1);

    /// <summary>Deletes, or only looks for, what can go.</summary>
    /// <param name="retention">How long a file stays after it was written, or left the table: longer than any reader takes.</param>
    /// <param name="dryRun">Whether nothing is deleted.</param>
    /// <param name="deleted">Told of each file.</param>
    /// <param name="cancellation">Ends it; what is deleted is deleted.</param>
    /// <returns>The files.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The retention is below the least.</exception>
    public async Task<IReadOnlyList<LakeFile>> RunAsync(TimeSpan retention, bool dryRun, Action<LakeFile>? deleted, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(retention, LeastRetention);

        // The files first: what is written after that is not looked at, and what is committed by then is in the log.
        var present = await files.ListAsync(table, cancellation).ConfigureAwait(false);
        var snapshot = await new DeltaLog(files, table).ReadAsync(cancellation).ConfigureAwait(false);
        var before = time.GetUtcNow() - retention;
        var gone = new List<LakeFile>();
        foreach (var file in present.Where(file => file.Name.EndsWith(".parquet", StringComparison.Ordinal) && !file.Name.StartsWith($"{table}/_", StringComparison.Ordinal)))
        {
            var path = file.Name[(table.Length + 1)..];
            if (file.Modified > before || snapshot.Files.ContainsKey(path) || (snapshot.Removed.TryGetValue(path, out var left) && left > before))
            {
                continue;
            }

            if (!dryRun)
            {
                await files.DeleteAsync(file.Name, cancellation).ConfigureAwait(false);
            }

            gone.Add(file);
            deleted?.Invoke(file);
        }

        return gone;
    }
}
