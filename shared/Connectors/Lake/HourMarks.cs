using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Millrace.Core;

namespace Millrace.Connectors;

/// <summary>Marks the hours of a table that are complete, each by an empty file in its folder. For one caller at a time.</summary>
/// <remarks>
/// An hour with events is complete when every partition of the stream's topics has passed its end by the lateness. A partition has
/// passed a time when the table has an event of it with that <c>meta.dt</c> or a later one, or when at that time by the clock,
/// or later, the partition had no record that the table lacks. All of that is in the table's log and in Kafka, nothing in
/// memory: any process of the stage finds the same, whichever partitions it has, and after any crash.
/// </remarks>
/// <param name="stage">The stage, whose name the partitions' notes in the log begin with.</param>
/// <param name="topics">The topics of the stream that the stage reads.</param>
/// <param name="table">The table.</param>
/// <param name="lateness">How long an hour stays open after its end.</param>
/// <param name="behind">Says how far partitions are behind their ends.</param>
/// <param name="log">The log.</param>
internal sealed partial class HourMarks(string stage, IReadOnlyList<string> topics, LakeTable table, TimeSpan lateness, PartitionsBehind behind, ILogger log)
{
    // Of hours that are marked, to ask about none twice.
    private ImmutableHashSet<LakeHour> _marked = [];
    private bool _listed;

    /// <summary>Marks those that are complete now and were not before.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var snapshot = await table.Log.ReadAsync(cancellation).ConfigureAwait(false);
        var now = table.Time.GetUtcNow().UtcDateTime;
        await ListAsync(snapshot, cancellation).ConfigureAwait(false);
        var open = snapshot.Files.Values.Select(file => file.Hour).Distinct().Where(hour => !_marked.Contains(hour) && hour.End <= now - lateness).OrderBy(hour => hour.Number).ToList();
        if (open.Count == 0)
        {
            return;
        }

        var passed = await PassedAsync(snapshot, now, cancellation).ConfigureAwait(false);
        foreach (var hour in open.Where(hour => hour.End <= passed - lateness))
        {
            if (await table.Files.TryCreateAsync(table.SuccessFileOf(hour)!, [], cancellation).ConfigureAwait(false))
            {
                LogComplete(log, hour, table.Name);
            }

            _marked = _marked.Add(hour);
        }
    }

    // The time that all partitions have passed.
    private async Task<DateTime> PassedAsync(DeltaSnapshot snapshot, DateTime now, CancellationToken cancellation)
    {
        var offsets = snapshot.Checkpoints.Select(one => (Partition: PartitionOf(one.Key), Offset: one.Value)).Where(one => one.Partition is not null)
            .ToDictionary(one => one.Partition!.Value, one => one.Offset);
        var passed = now;
        foreach (var (partition, records) in await behind(topics, offsets, cancellation).ConfigureAwait(false))
        {
            if (records > 0)
            {
                var latest = snapshot.Transactions.TryGetValue(LakeApplication.Of(stage, partition).Watermark, out var time) ? DateTimeOffset.FromUnixTimeMilliseconds(time).UtcDateTime : DateTime.MinValue.Add(lateness);
                passed = latest < passed ? latest : passed;
            }
        }

        return passed;
    }

    private StreamPartition? PartitionOf(string application) =>
        application.Split('/') is [var name, var topic, var number] && name == stage && int.TryParse(number, out var partition) ? new StreamPartition(topic, partition) : null;

    private async Task ListAsync(DeltaSnapshot snapshot, CancellationToken cancellation)
    {
        if (_listed || snapshot.Files.Count == 0)
        {
            return;
        }

        var present = (await table.Files.ListAsync(table.Name, cancellation).ConfigureAwait(false)).Select(file => file.Name).ToHashSet(StringComparer.Ordinal);
        _marked = [.. snapshot.Files.Values.Select(file => file.Hour).Distinct().Where(hour => present.Contains(table.SuccessFileOf(hour)!))];
        _listed = true;
    }
}

/// <summary>For each partition of some topics, how many records there are from an offset on; of partitions without an offset, from their first on.</summary>
internal delegate Task<IReadOnlyDictionary<StreamPartition, long>> PartitionsBehind(IReadOnlyList<string> topics, IReadOnlyDictionary<StreamPartition, long> offsets, CancellationToken cancellation);
