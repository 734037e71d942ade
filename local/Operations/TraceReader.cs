using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>Finds where an event came from, and what stages made of it.</summary>
/// <remarks>
/// Ids of what stages emit depend on the stage and on the input's position alone, so that from an input those of its outputs and of
/// its error event are known, and from an output its input is found by trying. That does not need headers; traces add what other
/// programs have passed on. What came of a replay stands with the original, whose position names it.
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
        var replays = platform.Catalog.Stages.Select(stage => stage.ReplayTopic).ToHashSet();
        var topics = platform.Streams.SelectMany(stream => stream.Topics).Concat(replays).Distinct().ToList();

        // Before the streams: what a checkpoint is behind has its outputs in them then. What came meanwhile is waited for, and not settled with nothing.
        using var cluster = new ClusterReader(platform.Kafka);
        var status = await new StatusReader(platform, cluster, time).ReadAsync(platform.Catalog.Stages);
        var checkpoints = status.SelectMany(stage => stage.Partitions.Select(partition => (Key: (stage.Stage, partition.Topic, partition.Partition), partition.Checkpoint))).ToDictionary(pair => pair.Key, pair => pair.Checkpoint);

        var scan = new TopicScan(platform.Kafka);
        var ranges = await scan.PlanAsync(topics, from, to);
        var index = new TraceIndex(topics, replays);
        await foreach (var record in scan.ReadAsync(ScanRange.Last(ranges, most), cancellation))
        {
            index.Add(record);
        }

        var walk = new Walk(platform, index, TraceIndex.Key(id), checkpoints);
        var asked = index.Originals(index.Find(id));
        var roots = walk.RootsOf(asked).Select(walk.Follow).ToList();
        foreach (var failed in walk.Nodes.Where(node => node.Id is not null && platform.Catalog.Stages.Any(stage => stage.ErrorStream.Name == node.Stream)).Take(MostFailed))
        {
            failed.Failed = await new ErrorReader(platform).FindAsync(failed.Position.ToString(), 1, cancellation, withState: false);
        }

        var isAll = ranges.Sum(range => range.Length) <= most && !walk.IsCut;
        return new TraceReport(roots, walk.Others([.. asked.Select(record => record.Trace).Where(trace => trace != Guid.Empty)]), index.Count, isAll);
    }

    private sealed class Walk(Platform platform, TraceIndex index, Guid asked, Dictionary<(string Stage, string Topic, int Partition), long?> checkpoints)
    {
        private readonly Dictionary<TracedRecord, TraceNode> _nodes = [];

        public bool IsCut { get; private set; }

        public IEnumerable<TraceNode> Nodes => _nodes.Values;

        /// <summary>What records came of, as far back as there is something. All at once: looking for one takes as long as for many.</summary>
        public List<TracedRecord> RootsOf(IReadOnlyList<TracedRecord> records)
        {
            IsCut |= records.Count > MostNodes;
            var (roots, seen) = (new List<TracedRecord>(), new HashSet<TracedRecord>());
            for (var open = records.Take(MostNodes).Where(seen.Add).ToList(); open.Count > 0;)
            {
                var inputs = InputsOf(open);
                roots.AddRange(open.Where(record => !inputs.ContainsKey(record.Id)));
                open = [.. index.Originals([.. inputs.Values]).Where(seen.Add)];
            }

            return roots;
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

            foreach (var stage in platform.Catalog.Stages.Where(stage => Reads(stage, node.Position.Topic)))
            {
                var replays = index.ReplaysOf(record, stage.ReplayTopic).ToList();
                var outputs = OutputsOf(stage, record).ToList();
                var errors = replays.Prepend(record).SelectMany(input => ErrorsOf(stage, input)).Distinct().ToList();
                var result = outputs.Count > 0 ? "emitted" : errors.Count > 0 ? "failed" : Rest(stage, record);
                node.Outcomes.Add(new TraceOutcome(stage.Name, result, [.. outputs.Concat(errors).Select(Follow)])
                {
                    Replay = replays.Count == 0 ? null : ErrorsOf(stage, replays[^1]).Any() ? "failed" : outputs.Count > 0 ? "emitted" : Rest(stage, replays[^1]),
                });
            }

            return node;
        }

        private static bool Reads(StageDefinition stage, string topic) => topic == stage.ReplayTopic || stage.InputTopics.Contains(topic);

        private string Rest(StageDefinition stage, TracedRecord record) =>
            !checkpoints.TryGetValue((stage.Name, index.TopicOf(record), record.Partition), out var checkpoint) ? "not read"
            : checkpoint > record.Offset ? "settled" : "waiting";

        public IReadOnlyList<TraceNode> Others(HashSet<Guid> traces)
        {
            var others = index.Records.Where(record => traces.Contains(record.Trace) && !_nodes.ContainsKey(record) && !index.IsReplay(record)).Take(MostNodes + 1).ToList();
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

        // By the id of what was made of it.
        private Dictionary<Guid, TracedRecord> InputsOf(List<TracedRecord> records)
        {
            var inputs = new Dictionary<Guid, TracedRecord>();
            foreach (var stage in platform.Catalog.Stages)
            {
                Find(stage, stage.Name, MostOutputs, IdsOn(OutputTopics(stage), records));
                Find(stage, stage.ErrorStream.Name, 1, IdsOn(stage.ErrorStream.Topics, records));
            }

            return inputs;

            void Find(StageDefinition stage, string name, int places, HashSet<Guid> wanted)
            {
                var topics = stage.InputTopics.Append(stage.ReplayTopic).ToHashSet();
                for (var place = 0; place < places && wanted.Count > 0; place++)
                {
                    foreach (var candidate in index.Records.Where(candidate => topics.Contains(index.TopicOf(candidate))))
                    {
                        foreach (var id in index.Names(candidate).Select(position => TraceIndex.Key(OutputId.Create(name, position, place))).Where(wanted.Remove))
                        {
                            inputs[id] = candidate;
                        }
                    }
                }
            }
        }

        private HashSet<Guid> IdsOn(IReadOnlyCollection<string> topics, List<TracedRecord> records) =>
            [.. records.Where(record => record.Id != Guid.Empty && topics.Contains(index.TopicOf(record))).Select(record => record.Id)];

        private static HashSet<string> OutputTopics(StageDefinition stage) => [.. stage.Outputs.SelectMany(output => output.Stream.Topics)];
    }
}
