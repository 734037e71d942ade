using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>Finds where an event came from, and what stages made of it.</summary>
/// <remarks>
/// Ids of what stages emit depend on the stage and on the input's position alone, so that from an input those of its outputs and of
/// its error event are known, and from an output its input is found by trying. That does not need headers; traces add what other
/// programs have passed on.
/// </remarks>
internal sealed class TraceReader(Platform platform, TimeProvider time)
{
    private const int MostOutputs = 16;
    private const int MostNodes = 500;
    private const int MostFailed = 50;

    /// <summary>Looks for an event.</summary>
    /// <param name="id">Its <c>meta.id</c>.</param>
    /// <param name="from">Where to begin to look in all streams; null is the beginning.</param>
    /// <param name="to">Where to end; null is the end.</param>
    /// <param name="most">How many offsets are read, the newest of each partition.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="KafkaException">The brokers do not answer.</exception>
    public async Task<TraceReport> ReadAsync(string id, BackfillBound? from, BackfillBound? to, long most, CancellationToken cancellation)
    {
        var topics = platform.Streams.SelectMany(stream => stream.Topics).Distinct().ToList();
        var scan = new TopicScan(platform.Kafka);
        var ranges = await scan.PlanAsync(topics, from, to);
        var index = new TraceIndex(topics);
        await foreach (var record in scan.ReadAsync(ScanRange.Last(ranges, most), cancellation))
        {
            index.Add(record);
        }

        using var cluster = new ClusterReader(platform.Kafka);
        var status = await new StatusReader(platform, cluster, time).ReadAsync(platform.Catalog.Stages);
        var checkpoints = status.SelectMany(stage => stage.Partitions.Select(partition => (Key: (stage.Stage, partition.Topic, partition.Partition), partition.Checkpoint))).ToDictionary(pair => pair.Key, pair => pair.Checkpoint);
        var walk = new Walk(platform, index, TraceIndex.Key(id), checkpoints);
        var asked = index.Find(id).ToList();
        var roots = asked.SelectMany(walk.RootsOf).Distinct().Select(walk.Follow).ToList();
        foreach (var failed in walk.Nodes.Where(node => node.Id is not null && platform.Catalog.Stages.Any(stage => stage.ErrorStream.Name == node.Stream)).Take(MostFailed))
        {
            failed.Failed = await new ErrorReader(platform).FindAsync(failed.Position.ToString(), 1, cancellation);
        }

        var isAll = ranges.Sum(range => range.Length) <= most && !walk.IsCut;
        return new TraceReport(roots, walk.Others([.. asked.Select(record => record.Trace).Where(trace => trace != Guid.Empty)]), index.Count, isAll);
    }

    private sealed class Walk(Platform platform, TraceIndex index, Guid asked, Dictionary<(string Stage, string Topic, int Partition), long?> checkpoints)
    {
        private readonly Dictionary<TracedRecord, TraceNode> _nodes = [];

        public bool IsCut { get; private set; }

        public IEnumerable<TraceNode> Nodes => _nodes.Values;

        // A stage reads no stream that is made of its own, but it may read streams of errors: what was seen is not gone through again.
        public IEnumerable<TracedRecord> RootsOf(TracedRecord record)
        {
            var seen = new HashSet<TracedRecord>();
            var open = new Stack<TracedRecord>([record]);
            while (open.TryPop(out var next) && seen.Add(next))
            {
                var inputs = InputsOf(next).ToList();
                if (inputs.Count == 0)
                {
                    yield return next;
                }

                inputs.ForEach(open.Push);
            }
        }

        public TraceNode Follow(TracedRecord record)
        {
            if (_nodes.TryGetValue(record, out var known))
            {
                return known;
            }

            var node = _nodes[record] = Node(record);
            if (_nodes.Count > MostNodes)
            {
                IsCut = true;
                return node;
            }

            foreach (var stage in platform.Catalog.Stages.Where(stage => stage.InputTopics.Contains(node.Position.Topic)))
            {
                var outputs = OutputsOf(stage, record).ToList();
                var errors = ErrorsOf(stage, record).ToList();
                var result = outputs.Count > 0 ? "emitted"
                    : errors.Count > 0 ? "failed"
                    : !checkpoints.TryGetValue((stage.Name, node.Position.Topic, node.Position.Partition), out var checkpoint) ? "not read"
                    : checkpoint > node.Position.Offset ? "settled" : "waiting";
                node.Outcomes.Add(new TraceOutcome(stage.Name, result, [.. outputs.Concat(errors).Select(Follow)]));
            }

            return node;
        }

        public IReadOnlyList<TraceNode> Others(HashSet<Guid> traces)
        {
            var others = index.Records.Where(record => traces.Contains(record.Trace) && !_nodes.ContainsKey(record)).Take(MostNodes + 1).ToList();
            IsCut |= others.Count > MostNodes;
            return [.. others.Take(MostNodes).Select(Node)];
        }

        private TraceNode Node(TracedRecord record)
        {
            var topic = index.TopicOf(record);
            return new TraceNode(new StreamPosition(topic, record.Partition, record.Offset), platform.StreamOf(topic), UnixTime.FromMilliseconds(record.Milliseconds))
            {
                Id = index.IdOf(record),
                IsAsked = record.Id == asked,
            };
        }

        private IEnumerable<TracedRecord> OutputsOf(StageDefinition stage, TracedRecord record) => index.Names(record).SelectMany(name =>
            Enumerable.Range(0, MostOutputs).Select(place => On(OutputTopics(stage), OutputId.Create(stage.Name, name, place)).ToList()).TakeWhile(found => found.Count > 0).SelectMany(found => found)).Distinct();

        private IEnumerable<TracedRecord> ErrorsOf(StageDefinition stage, TracedRecord record) =>
            index.Names(record).SelectMany(name => On(stage.ErrorStream.Topics, OutputId.Create(stage.ErrorStream.Name, name, 0))).Distinct();

        private IEnumerable<TracedRecord> On(IReadOnlyCollection<string> topics, string id) => index.Find(id).Where(record => topics.Contains(index.TopicOf(record)));

        private IEnumerable<TracedRecord> InputsOf(TracedRecord record)
        {
            var topic = index.TopicOf(record);
            foreach (var stage in record.Id == Guid.Empty ? [] : platform.Catalog.Stages)
            {
                var (name, places) = stage.ErrorStream.Topics.Contains(topic) ? (stage.ErrorStream.Name, 1)
                    : OutputTopics(stage).Contains(topic) ? (stage.Name, MostOutputs) : ("", 0);
                for (var place = 0; place < places; place++)
                {
                    if (Find(stage, name, place, record.Id) is { } input)
                    {
                        yield return input;
                        break;
                    }
                }
            }
        }

        private TracedRecord? Find(StageDefinition stage, string named, int place, Guid id)
        {
            var topics = stage.InputTopics.ToHashSet();
            foreach (var candidate in index.Records)
            {
                if (topics.Contains(index.TopicOf(candidate)) && index.Names(candidate).Any(name => TraceIndex.Key(OutputId.Create(named, name, place)) == id))
                {
                    return candidate;
                }
            }

            return null;
        }

        private static HashSet<string> OutputTopics(StageDefinition stage) => [.. stage.Outputs.SelectMany(output => output.Stream.Topics)];
    }
}
