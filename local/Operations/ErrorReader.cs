using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>Reads the error streams of stages.</summary>
/// <remarks>What it reads is bounded: of more, it reads the newest offsets, shared evenly between partitions.</remarks>
internal sealed class ErrorReader(Platform platform)
{
    /// <summary>The most offsets that are read for a count.</summary>
    public const long MostCounted = 100_000;

    private readonly TopicScan _scan = new(platform.Kafka);

    /// <summary>How many events of the error stream of each stage are unresolved.</summary>
    public async Task<IReadOnlyDictionary<string, ErrorCount>> CountAsync(IReadOnlyList<StageDefinition> stages, CancellationToken cancellation)
    {
        var counts = new Dictionary<string, ErrorCount>();
        var marks = await ErrorMarks.ReadAsync(_scan, stages, cancellation);
        var all = await _scan.PlanAsync([.. stages.SelectMany(stage => stage.ErrorStream.Topics)]);
        foreach (var stage in stages)
        {
            var ranges = all.Where(range => stage.ErrorStream.Topics.Contains(range.Partition.Topic)).ToList();
            var count = 0L;
            await foreach (var record in _scan.ReadAsync(ScanRange.Last(ranges, MostCounted), cancellation))
            {
                count += marks.IsUnresolved(record) ? 1 : 0;
            }

            counts[stage.Name] = new ErrorCount(count, ranges.Sum(range => range.Length) <= MostCounted);
        }

        return counts;
    }

    /// <summary>The events that are wanted.</summary>
    /// <param name="stages">Of which stages.</param>
    /// <param name="filter">Which of them.</param>
    /// <param name="from">Where to begin, by the time of the error event; null is the beginning.</param>
    /// <param name="to">Where to end; null is the end.</param>
    /// <param name="keep">How many of them are kept.</param>
    /// <param name="most">How many offsets are read.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="withInput">Whether those that are kept have their input, and where in the code it failed, which may be large.</param>
    public async Task<ErrorList> ListAsync(IReadOnlyList<StageDefinition> stages, ErrorFilter filter, BackfillBound? from, BackfillBound? to, int keep, long most, CancellationToken cancellation, bool withInput = true)
    {
        var ranges = await _scan.PlanAsync([.. stages.SelectMany(stage => stage.ErrorStream.Topics)], from, to);
        var marks = await ErrorMarks.ReadAsync(_scan, stages, cancellation);
        var newest = new PriorityQueue<FailedEvent, DateTimeOffset>();
        var byType = new Dictionary<(string, string), long>();
        long matching = 0, read = 0, unreadable = 0;
        await foreach (var record in _scan.ReadAsync(ScanRange.Last(ranges, most), cancellation))
        {
            read++;
            if (FailedEvent.Read(record) is not { } parsed)
            {
                unreadable++;
                continue;
            }

            var failed = marks.Apply(parsed);

            if (filter.Accepts(failed))
            {
                matching++;
                byType[(failed.Stage, failed.Type)] = byType.GetValueOrDefault((failed.Stage, failed.Type)) + 1;
                newest.Enqueue(withInput ? failed : failed with { RawEvent = null, Stack = null }, failed.Time);
                if (newest.Count > keep)
                {
                    newest.Dequeue();
                }
            }
        }

        var events = new List<FailedEvent>(newest.Count);
        while (newest.TryDequeue(out var failed, out _))
        {
            events.Add(failed);
        }

        return new ErrorList(events, matching, byType, read, unreadable, ranges.Sum(range => range.Length) <= most);
    }

    /// <summary>One error event, by its id or by its position as <c>topic/partition/offset</c>; null where it is not among the newest <paramref name="most"/> offsets.</summary>
    /// <remarks>Of several with the same id, the last: an event that is read anew may fail anew.</remarks>
    public async Task<FailedEvent?> FindAsync(string name, long most, CancellationToken cancellation, bool withState = true)
    {
        var topics = platform.Catalog.Stages.SelectMany(stage => stage.ErrorStream.Topics).ToHashSet();
        var ranges = StreamPosition.TryParse(name, out var position) && topics.Contains(position.Topic)
            ? [new ScanRange(new TopicPartition(position.Topic, position.Partition), position.Offset, position.Offset + 1)]
            : ScanRange.Last(await _scan.PlanAsync(topics), most);
        FailedEvent? found = null;
        await foreach (var record in _scan.ReadAsync(ranges, cancellation))
        {
            if ((record.Position.ToString() == name || record.Value.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(name)) >= 0)
                && FailedEvent.Read(record) is { } failed && (failed.Position == name || failed.Id == name))
            {
                found = failed;
            }
        }

        return found is null || !withState ? found : (await ErrorMarks.ReadAsync(_scan, [.. platform.Catalog.Stages.Where(stage => stage.Name == found.Stage)], cancellation)).Apply(found);
    }
}
