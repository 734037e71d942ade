namespace Millrace.Connectors;

/// <summary>Finds the tables of a lake.</summary>
public static class LakeTables
{
    private const string Log = "/_delta_log/";

    /// <summary>The name of the table of a stream, and of its folder.</summary>
    public static string NameOf(string stream) => LakeTable.NameOf(stream);

    /// <summary>The names of all tables, in order.</summary>
    public static async Task<IReadOnlyList<string>> ListAsync(ILakeFiles files, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(files);
        var all = await files.ListAsync("", cancellation).ConfigureAwait(false);
        return [.. all.Where(file => file.Name.Contains(Log, StringComparison.Ordinal) && (DeltaLog.VersionOf(file) ?? DeltaCheckpoints.VersionOf(file)) is not null)
            .Select(file => file.Name[..file.Name.IndexOf(Log, StringComparison.Ordinal)]).Distinct().Order(StringComparer.Ordinal)];
    }
}
