using System.Runtime.CompilerServices;
using Millrace.Core;

namespace Millrace.Connectors;

/// <summary>The events of a table between two times, as the records that they were: each at its position, in the order of its partition.</summary>
/// <remarks>
/// They are of the table's version when it was opened, whatever is written or compacted meanwhile. An event is made of its
/// columns: fields in the table's order, times in universal time, without fields that were null or that its schema does not declare.
/// Memory holds the row groups that overlap in their offsets.
/// </remarks>
public sealed class LakeEvents
{
    private readonly LakeRows _rows;
    private readonly Dictionary<StreamPartition, List<RowRun>> _runs;

    private LakeEvents(LakeRows rows, Dictionary<StreamPartition, List<RowRun>> runs) => (_rows, _runs) = (rows, runs);

    /// <summary>The offsets of each partition that has events: the first, and the one behind the last.</summary>
    public IReadOnlyDictionary<StreamPartition, (long From, long To)> Ranges => _runs.ToDictionary(one => one.Key, one => (one.Value.Min(run => run.First), one.Value.Max(run => run.Last) + 1));

    /// <summary>Looks a table up, and finds out which offsets it has events of.</summary>
    /// <param name="files">The lake.</param>
    /// <param name="table">The table's name.</param>
    /// <param name="from">The first <c>meta.dt</c>.</param>
    /// <param name="to">The <c>meta.dt</c> behind the last.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="CatalogException">There is no such table, or it lacks columns that an event is made of.</exception>
    /// <exception cref="InvalidDataException">The table cannot be read.</exception>
    /// <exception cref="IOException">The lake cannot be read.</exception>
    public static async Task<LakeEvents> OpenAsync(ILakeFiles files, string table, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(files);
        var snapshot = await new DeltaLog(files, table).ReadAsync(cancellation).ConfigureAwait(false);
        Require(snapshot, table);
        var rows = new LakeRows(files, table, snapshot.Columns, from.UtcDateTime, to.UtcDateTime);
        var runs = new Dictionary<StreamPartition, List<RowRun>>();
        foreach (var file in snapshot.Files.Values.Where(file => file.Hour.End > from.UtcDateTime && file.Hour.Start < to.UtcDateTime))
        {
            foreach (var (partition, run) in await rows.ScanAsync(file, cancellation).ConfigureAwait(false))
            {
                if (!runs.TryGetValue(partition, out var known))
                {
                    runs[partition] = known = [];
                }

                known.Add(run);
            }
        }

        return new LakeEvents(rows, runs);
    }

    /// <summary>The events of a partition. One that is there twice, as two stages brought it in, comes once.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="from">The first offset.</param>
    /// <param name="to">The offset behind the last.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="IOException">The lake cannot be read, or a file was deleted since the table was opened.</exception>
    public async IAsyncEnumerable<EventRecord> ReadAsync(StreamPartition partition, long from, long to, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var ahead = new Queue<RowRun>(_runs.GetValueOrDefault(partition, []).Where(run => run.Last >= from && run.First < to).OrderBy(run => run.First));
        var open = new PriorityQueue<Queue<(long Offset, byte[] Json)>, long>();
        var next = from;
        while (ahead.Count > 0 || open.Count > 0)
        {
            if (ahead.TryPeek(out var run) && (!open.TryPeek(out _, out var first) || run.First <= first))
            {
                Enqueue(open, new Queue<(long Offset, byte[] Json)>(await _rows.ReadAsync(partition, ahead.Dequeue(), cancellation).ConfigureAwait(false)));
                continue;
            }

            var events = open.Dequeue();
            var (offset, json) = events.Dequeue();
            Enqueue(open, events);
            if (offset >= next && offset < to)
            {
                next = offset + 1;
                yield return new EventRecord { Position = new StreamPosition(partition.Topic, partition.Partition, offset), Value = json };
            }
        }
    }

    private static void Enqueue(PriorityQueue<Queue<(long Offset, byte[] Json)>, long> open, Queue<(long Offset, byte[] Json)> events)
    {
        if (events.TryPeek(out var first))
        {
            open.Enqueue(events, first.Offset);
        }
    }

    private static void Require(DeltaSnapshot snapshot, string table)
    {
        if (snapshot.Table is null)
        {
            throw new CatalogException($"The lake has no table '{table}', or no event in it.");
        }

        string[] missing = [.. ((string[])["$schema", "meta"]).Where(name => snapshot.Columns.All(column => column.Name != name)), .. snapshot.HasPositions ? [] : LakePosition.Columns.Select(column => column.Name)];
        if (missing.Length > 0)
        {
            throw new CatalogException($"Table '{table}' lacks the columns {string.Join(", ", missing)}, without which its rows cannot become events again.");
        }
    }
}
