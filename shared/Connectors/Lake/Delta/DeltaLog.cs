using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Millrace.Connectors;

/// <summary>The log of a Delta table: numbered commits, each a file that only one writer can create. Safe for concurrent use.</summary>
/// <remarks>It is read from its newest checkpoint on, as commits below that may be gone.</remarks>
/// <param name="files">The lake.</param>
/// <param name="folder">The table's folder.</param>
public sealed class DeltaLog(ILakeFiles files, string folder)
{
    private const string Suffix = ".json";

    private readonly Turn _reading = new(1);
    private readonly Turn _checkpointing = new(1);
    private readonly DeltaCheckpoints _checkpoints = new(files, FolderOf(folder));
    private DeltaSnapshot _snapshot = DeltaSnapshot.None;
    private long _checkpoint;

    /// <summary>The table's folder.</summary>
    public string Folder { get; } = folder;

    /// <summary>How many commits there are from one checkpoint to the next.</summary>
    public int CheckpointInterval { get; init; } = LakeSettings.DefaultCheckpointInterval;

    /// <summary>The table as it is now.</summary>
    /// <exception cref="InvalidDataException">The log cannot be read; the message says why.</exception>
    public async Task<DeltaSnapshot> ReadAsync(CancellationToken cancellation)
    {
        using var turn = await _reading.TakeAsync(cancellation).ConfigureAwait(false);
        if (_snapshot.Version < 0)
        {
            _snapshot = await _checkpoints.ReadNewestAsync(cancellation).ConfigureAwait(false);
            _checkpoint = Math.Max(0, _snapshot.Version);
        }

        while (await files.TryReadAsync(NameOf(_snapshot.Version + 1), cancellation).ConfigureAwait(false) is { } commit)
        {
            var actions = Encoding.UTF8.GetString(commit).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!);
            _snapshot = _snapshot.After(actions) with { Version = _snapshot.Version + 1 };
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
            if (await files.TryCreateAsync(NameOf(snapshot.Version + 1), lines, cancellation).ConfigureAwait(false)
                && await IsNextAsync(snapshot.Version, cancellation).ConfigureAwait(false))
            {
                return await ReadAsync(cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Writes a checkpoint of a version that was read, where one is due.</summary>
    /// <exception cref="IOException">It is not there, or nothing names it yet: the next commit finds it due again.</exception>
    internal async Task CheckpointAsync(DeltaSnapshot table, DateTimeOffset now, CancellationToken cancellation)
    {
        if (!IsDue(table))
        {
            return;
        }

        using var turn = await _checkpointing.TakeAsync(cancellation).ConfigureAwait(false);

        // Another one may have written a later one.
        _checkpoint = Math.Max(_checkpoint, await _checkpoints.HintedAsync(cancellation).ConfigureAwait(false) ?? 0);
        if (IsDue(table))
        {
            await _checkpoints.WriteAsync(table, now, cancellation).ConfigureAwait(false);
            _checkpoint = table.Version;
        }
    }

    /// <summary>The folder of a table's log.</summary>
    internal static string FolderOf(string table) => $"{table}/_delta_log";

    /// <summary>The name of a commit.</summary>
    internal static string NameOf(string folder, long version) => string.Create(CultureInfo.InvariantCulture, $"{folder}/{version:D20}{Suffix}");

    /// <summary>The version that a file is the commit of; null where it is none.</summary>
    internal static long? VersionOf(LakeFile file)
    {
        var name = file.Name.AsSpan(file.Name.LastIndexOf('/') + 1);
        return name.EndsWith(Suffix, StringComparison.Ordinal) && name.Length == 20 + Suffix.Length
            && long.TryParse(name[..20], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;
    }

    private bool IsDue(DeltaSnapshot table) => table.Table is not null && table.Version - _checkpoint >= CheckpointInterval;

    // A vacuum deletes commits in their order: while the one before is there, the number was free. A process that slept until
    // both were gone has to read the table anew, and its commit says nothing to anybody, being below the checkpoint.
    private async Task<bool> IsNextAsync(long version, CancellationToken cancellation)
    {
        if (version < 0 || await files.ExistsAsync(NameOf(version), cancellation).ConfigureAwait(false))
        {
            return true;
        }

        using (await _reading.TakeAsync(cancellation).ConfigureAwait(false))
        {
            _snapshot = DeltaSnapshot.None;
        }

        if ((await ReadAsync(cancellation).ConfigureAwait(false)).Version > version + 1)
        {
            await files.DeleteAsync(NameOf(version + 1), cancellation).ConfigureAwait(false);
        }

        return false;
    }

    private string NameOf(long version) => NameOf(FolderOf(Folder), version);
}
