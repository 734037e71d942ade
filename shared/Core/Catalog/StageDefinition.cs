using System.Text.Json;

namespace Millrace.Core;

/// <summary>A stage as the catalog knows it: what it reads, what it writes, how it is run.</summary>
public sealed record StageDefinition
{
    /// <summary>The stage's name, which is also its function's and its consumer group's.</summary>
    public required string Name { get; init; }

    /// <summary>The streams that it reads, at least one.</summary>
    public required IReadOnlyList<StreamDefinition> Inputs { get; init; }

    /// <summary>The streams that it writes.</summary>
    public IReadOnlyList<StageOutput> Outputs { get; init; } = [];

    /// <summary>The kind of store that it writes to, such as <c>postgres</c>; null where it is no connector.</summary>
    public string? Connector { get; init; }

    /// <summary>What it looks up, where it is an enrichment that the catalog declares; null where it is none.</summary>
    public LookupDefinition? Lookup { get; init; }

    /// <summary>Whether the entry says all that the stage does, so that the build can write its class.</summary>
    public bool IsDeclared => Lookup is not null || Connector is not null;

    /// <summary>The stream that failed events go to; <c>NAME.error</c>.</summary>
    public required StreamDefinition ErrorStream { get; init; }

    /// <summary>The schema of the error stream's events.</summary>
    public string ErrorSchemaUri { get; init; } = ErrorEvent.DefaultSchemaUri;

    /// <summary>The topic that failed events are given to the stage on once more, <c>NAME.replay</c>: nobody else reads it.</summary>
    /// <remarks>It has as many partitions as the widest input topic, since a record goes to the partition that it first was in. Each cluster has its own.</remarks>
    public string ReplayTopic => $"{Name}.replay";

    /// <summary>The compacted topic of what has become of error events, <c>NAME.error.resolved</c>: see <see cref="ErrorMark"/>.</summary>
    public string ResolvedTopic => $"{Name}.error.resolved";

    /// <summary>How it is run.</summary>
    public StageOptions Options { get; init; } = new();

    /// <summary>Settings of the stage's own, as the catalog has them; undefined where it has none.</summary>
    public JsonElement Settings { get; init; }

    /// <summary>The stage's entry as the file has it, which tells what was said from what was left to be; undefined where no file has the stage.</summary>
    public JsonElement Configuration { get; init; }

    /// <summary>How it is scaled.</summary>
    public ScaleOptions Scale { get; init; } = new();

    /// <summary>In which datacenters it runs.</summary>
    public DatacenterOptions Datacenters { get; init; } = new();

    /// <summary>All topics that it reads.</summary>
    public IEnumerable<string> InputTopics => Inputs.SelectMany(input => input.Topics);

    /// <summary>The partitions of its widest input topic: the most replicas that have something to do.</summary>
    public int WidestInput => Inputs.Max(input => input.Partitions);

    /// <summary>The topics that are its own: those of replays, and of what became of error events. A stage works without them, but nothing can be replayed to it.</summary>
    public IReadOnlyList<StageTopic> OwnTopics =>
    [
        new(ReplayTopic, $"events that {Name} failed on and is given once more", WidestInput, IsCompacted: false),
        new(ResolvedTopic, $"what became of the error events of {Name}", 1, IsCompacted: true),
    ];

    /// <summary>The topics that it reads in a datacenter: those with the datacenter's prefix where each event is worked on in the datacenter that took it, otherwise all.</summary>
    /// <param name="datacenter">The datacenter; null where there is one only: then it reads all.</param>
    /// <exception cref="CatalogException">It runs in each datacenter, and a stream of it has no topic of this one.</exception>
    public IReadOnlyList<string> TopicsToRead(string? datacenter)
    {
        if (datacenter is null || Datacenters.Mode != DatacenterMode.ActiveActive)
        {
            return [.. InputTopics];
        }

        var own = Inputs.Select(input => OwnTopic(input, datacenter, "read")).ToList();
        foreach (var output in Outputs)
        {
            _ = OwnTopic(output.Stream, datacenter, "written");
        }

        return Datacenters.Compute == ComputeMode.Once ? own : [.. InputTopics];
    }

    /// <summary>The input stream that a topic carries; null where it carries none of them.</summary>
    public StreamDefinition? InputOfTopic(string topic)
    {
        foreach (var input in Inputs)
        {
            foreach (var candidate in input.Topics)
            {
                if (candidate == topic)
                {
                    return input;
                }
            }
        }

        return null;
    }

    private string OwnTopic(StreamDefinition stream, string datacenter, string use) =>
        stream.Topics.SingleOrDefault(topic => topic.StartsWith(datacenter + ".", StringComparison.Ordinal)) ?? throw new CatalogException(
            $"Stage {Name} is active-active, and stream '{stream.Name}', which is {use} by it, has no topic of datacenter '{datacenter}' but {string.Join(", ", stream.Topics)}: " +
            $"where datacenters share a cluster, two that use one topic work on everything twice. Give the stream topic_prefixes with '{datacenter}.', or set Stages:{Name}:Topics to what is to be read in '{datacenter}'.");
}
