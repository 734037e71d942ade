using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Millrace.Connectors;

/// <summary>The log of a Delta table: numbered commits, each a file that only one writer can create. Safe for concurrent use.</summary>
/// <param name="files">The lake.</param>
/// <param name="folder">The table's folder.</param>
public sealed class DeltaLog(ILakeFiles files, string folder)
{
    private readonly Turn _reading = new(1);
    private DeltaSnapshot _snapshot = DeltaSnapshot.None;

    /// <summary>The table's folder.</summary>
    public string Folder { get; } = folder;

    /// <summary>The table as it is now.</summary>
    public async Task<DeltaSnapshot> ReadAsync(CancellationToken cancellation)
    {
        using var turn = await _reading.TakeAsync(cancellation).ConfigureAwait(false);
        while (await files.TryReadAsync(NameOf(_snapshot.Version + 1), cancellation).ConfigureAwait(false) is { } commit)
        {
            _snapshot = _snapshot.After(Encoding.UTF8.GetString(commit).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!));
        }

        return _snapshot;
    }

    /// <summary>Commits, after whatever others commit meanwhile.</summary>
    /// <param name="actions">Gives the actions for the table as it is; null where nothing is to be committed any more. Called again when another commit was first.</param>
    /// <param name="cancellation">Gives up; the commit is there, or it is not.</param>
    /// <returns>The table as it is then.</returns>
    internal async Task<DeltaSnapshot> CommitAsync(Func<DeltaSnapshot, IReadOnlyList<JsonObject>?> actions, CancellationToken cancellation)
    {
        while (true)
        {
            var snapshot = await ReadAsync(cancellation).ConfigureAwait(false);
            if (actions(snapshot) is not { } commit)
            {
                return snapshot;
            }

            var lines = Encoding.UTF8.GetBytes(string.Concat(commit.Select(action => action.ToJsonString() + "\n")));
            if (await files.TryCreateAsync(NameOf(snapshot.Version + 1), lines, cancellation).ConfigureAwait(false))
            {
                return await ReadAsync(cancellation).ConfigureAwait(false);
            }
        }
    }

    private string NameOf(long version) => string.Create(CultureInfo.InvariantCulture, $"{Folder}/_delta_log/{version:D20}.json");
}
