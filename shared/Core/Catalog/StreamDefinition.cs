using System.Text.Json;

namespace Millrace.Core;

/// <summary>A stream: its name, the topics that carry it, the schema title of its events, and how its records are keyed.</summary>
public sealed record StreamDefinition
{
    /// <summary>The stream's name, which is the <c>meta.stream</c> of its events.</summary>
    public required string Name { get; init; }

    /// <summary>The title that the schemas of its events have, such as <c>mediawiki/page/change</c>.</summary>
    public required string SchemaTitle { get; init; }

    /// <summary>The topics that carry the stream, at least one.</summary>
    public required IReadOnlyList<string> Topics { get; init; }

    /// <summary>How many partitions each of its topics has: the most replicas that a stage can use.</summary>
    public int Partitions { get; init; } = 4;

    /// <summary>How records are keyed; null where they have no key.</summary>
    public MessageKey? Key { get; init; }

    /// <summary>The stream's entry as the file has it, with what only other programs read; undefined where no file has the stream.</summary>
    public JsonElement Configuration { get; init; }

    /// <summary>Whether canaries are produced to it: <c>canary_events_enabled</c>.</summary>
    public bool HasCanaries { get; init; }

    /// <summary>Whether it may be read over HTTP, by anybody: <c>consumers.eventstreams.enabled</c>.</summary>
    public bool IsServed { get; init; }

    /// <summary>The topic to write to.</summary>
    /// <param name="datacenter">The datacenter that writes: it picks the topic that its name prefixes. Needed only where there are several topics.</param>
    /// <exception cref="CatalogException">The stream has several topics, and none or several are of that datacenter.</exception>
    public string TopicToWrite(string? datacenter)
    {
        if (Topics.Count == 1)
        {
            return Topics[0];
        }

        var own = Topics.Where(topic => datacenter is not null && topic.StartsWith(datacenter + ".", StringComparison.Ordinal)).ToList();
        return own.Count == 1 ? own[0] : throw new CatalogException(
            $"Stream '{Name}' has the topics {string.Join(", ", Topics)}, and the datacenter is {(datacenter is null ? "not set" : $"'{datacenter}'")}: " +
            "set Millrace:Datacenter to the prefix of the one to write to.");
    }
}
