namespace Millrace.Connectors;

/// <summary>Finds the tables of a lake.</summary>
public static class LakeTables
{
    private const string FirstCommit = "/_delta_log/00000000000000000000.json";

    /// <summary>The names of all tables, in order.</summary>
    public static async Task<IReadOnlyList<string>> ListAsync(ILakeFiles files, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(files);
        var all = await files.ListAsync("", cancellation).ConfigureAwait(false);
        return [.. all.Where(file => file.Name.EndsWith(FirstCommit, StringComparison.Ordinal)).Select(file => file.Name[..^FirstCommit.Length])];
    }
}
