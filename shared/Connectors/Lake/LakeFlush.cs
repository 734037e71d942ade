using System.Buffers;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Millrace.Core;

namespace Millrace.Connectors;

/// <summary>Makes files and one commit of the entries of a spool: a file for each hour that they have events of.</summary>
/// <remarks>
/// The commit carries the checkpoint behind the last entry and the entry's number, so that entries enter the table once: a
/// commit that comes second finds the number there and is not made. Memory holds the entries and one row group.
/// </remarks>
internal sealed partial class LakeFlush(LakeTable table, LakeApplication application, StreamPartition partition, Turn gate, ILogger log)
{
    /// <summary>The number of the last entry that the table has, and the checkpoint behind it.</summary>
    public async Task<(long Number, long Checkpoint)> ReadPositionAsync(CancellationToken cancellation)
    {
        var snapshot = await table.Log.ReadAsync(cancellation).ConfigureAwait(false);
        return (NumberIn(snapshot), snapshot.Transactions.GetValueOrDefault(application.Checkpoint));
    }

    /// <summary>Brings entries into the table.</summary>
    /// <param name="spool">Where they are; its other calls may go on.</param>
    /// <param name="window">The entries: the first of those that the table lacks, in order.</param>
    /// <param name="cancellation">Gives up; they are in the table, or they are not.</param>
    /// <returns>The number of the last entry that the table has now; null where entries are gone, as another one has the spool.</returns>
    public async Task<long?> RunAsync(LakeSpool spool, IReadOnlyList<SpoolEntry> window, CancellationToken cancellation)
    {
        // Entries that are there already are those that another one, or a call without an answer, has brought in.
        var first = NumberIn(await table.Log.ReadAsync(cancellation).ConfigureAwait(false));
        if (first != window[0].Number - 1)
        {
            return first;
        }

        using var turn = await gate.TakeAsync(cancellation).ConfigureAwait(false);
        var rooms = new List<byte[]>();
        var events = new List<SpooledEvent>(window.Sum(entry => entry.Rows));
        foreach (var entry in window)
        {
            rooms.Add(ArrayPool<byte>.Shared.Rent((int)entry.Size));
            var room = rooms[^1].AsMemory(0, (int)entry.Size);
            if (!await spool.TryReadAsync(entry, room, cancellation).ConfigureAwait(false))
            {
                return null;
            }

            events.AddRange(SpoolFormat.Read(room));
        }

        var number = await CommitAsync(window, events, first, cancellation).ConfigureAwait(false);

        // Not where it failed: whoever gave up may still be reading into them.
        rooms.ForEach(room => ArrayPool<byte>.Shared.Return(room));
        return number;
    }

    private async Task<long> CommitAsync(IReadOnlyList<SpoolEntry> window, List<SpooledEvent> events, long first, CancellationToken cancellation)
    {
        var last = window[^1];
        var files = await WriteFilesAsync(events, last, cancellation).ConfigureAwait(false);
        var late = await LateAsync(files, cancellation).ConfigureAwait(false);
        var snapshot = await table.Log.CommitAsync(
            now => NumberIn(now) == first ? Actions(now, events, files, last, late.Sum(file => file.Rows)) : null, cancellation).ConfigureAwait(false);
        if (files.Count > 0 && !snapshot.Files.ContainsKey(files[0].Path) && !snapshot.Removed.ContainsKey(files[0].Path))
        {
            foreach (var file in files)
            {
                await table.Files.DeleteAsync($"{table.Name}/{file.Path}", cancellation).ConfigureAwait(false);
            }
        }
        else
        {
            foreach (var file in late)
            {
                LogLate(log, file.Rows, table.Name, file.Hour, application.Checkpoint);
            }
        }

        await CheckpointAsync(snapshot, cancellation).ConfigureAwait(false);
        return NumberIn(snapshot);
    }

    // What enters an hour that was marked before.
    private async Task<List<DeltaFile>> LateAsync(List<DeltaFile> files, CancellationToken cancellation)
    {
        var late = new List<DeltaFile>();
        foreach (var file in files)
        {
            if (file.Hour.End <= table.Time.GetUtcNow().UtcDateTime && table.SuccessFileOf(file.Hour) is { } marker && await table.Files.ExistsAsync(marker, cancellation).ConfigureAwait(false))
            {
                late.Add(file);
            }
        }

        return late;
    }

    // The commit is made, with or without it.
    private async Task CheckpointAsync(DeltaSnapshot snapshot, CancellationToken cancellation)
    {
        try
        {
            await table.Log.CheckpointAsync(snapshot, table.Time.GetUtcNow(), cancellation).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogNoCheckpoint(log, failure, table.Name, snapshot.Version);
        }
    }

    private async Task<List<DeltaFile>> WriteFilesAsync(List<SpooledEvent> events, SpoolEntry last, CancellationToken cancellation)
    {
        var files = new List<DeltaFile>();
        if (events.Count == 0)
        {
            return files;
        }

        var snapshot = await table.Log.ReadAsync(cancellation).ConfigureAwait(false);
        var (columns, _) = table.Merge(snapshot, events.Select(one => one.SchemaUri).Distinct());
        var writer = new LakeWriter(columns, table, partition);
        foreach (var hour in events.GroupBy(one => one.Hour).OrderBy(hour => hour.Key.Number))
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"{hour.Key.Folder}/part-{partition.Topic}-{partition.Partition}-{last.Next}-{Guid.NewGuid():N}.snappy.parquet");
            files.Add(await writer.WriteAsync(path, hour.Key, hour, cancellation).ConfigureAwait(false));
        }

        return files;
    }

    private List<JsonObject> Actions(DeltaSnapshot snapshot, List<SpooledEvent> events, List<DeltaFile> files, SpoolEntry last, long late)
    {
        var now = table.Time.GetUtcNow();
        var actions = new List<JsonObject> { DeltaActions.Commit("STREAMING UPDATE", now) };
        var (columns, newest) = table.Merge(snapshot, events.Select(one => one.SchemaUri).Distinct());
        if (snapshot.Version < 0)
        {
            actions.Add(DeltaActions.Protocol());
        }

        // A stream whose events were all left out has a checkpoint, and a table only when its first event comes.
        if (newest is not null && (newest != snapshot.SchemaUri || !snapshot.HasPositions))
        {
            actions.Add(DeltaActions.Table(snapshot.Id ?? Guid.NewGuid().ToString(), table.Name, columns, newest, now));
        }

        actions.AddRange(files.Select(file => DeltaActions.Add(file, isNew: true)));
        actions.Add(DeltaActions.Transaction(application.Checkpoint, last.Next, now));
        actions.Add(DeltaActions.Transaction(application.Entry, last.Number, now));
        if (events.Count > 0)
        {
            // A time to come says nothing about those in between.
            var latest = new DateTimeOffset(events.Max(one => one.Time)).ToUnixTimeMilliseconds();
            actions.Add(DeltaActions.Transaction(application.Watermark, Math.Max(snapshot.Transactions.GetValueOrDefault(application.Watermark, long.MinValue), Math.Min(latest, now.ToUnixTimeMilliseconds())), now));
        }

        if (late > 0)
        {
            actions.Add(DeltaActions.Transaction(application.LateRows, snapshot.Transactions.GetValueOrDefault(application.LateRows) + late, now));
        }

        return actions;
    }

    private long NumberIn(DeltaSnapshot snapshot) => snapshot.Transactions.GetValueOrDefault(application.Entry);
}
