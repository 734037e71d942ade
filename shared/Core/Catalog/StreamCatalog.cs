using System.Diagnostics.CodeAnalysis;

namespace Millrace.Core;

/// <summary>The streams that there are, from <c>streams.json</c>, which has the form of Wikimedia's stream configuration.</summary>
/// <remarks>Topics: those that <c>topics</c> names; else the stream's name behind each of <c>topic_prefixes</c>; else the stream's name.</remarks>
public sealed class StreamCatalog
{
    // Keys of the same file that other programs read.
    private static readonly string[] OthersKeys = ["description", "destination_event_service", "producers", "sample"];
    private static readonly string[] Keys = ["schema_title", "topics", "topic_prefixes", "message_key_fields", "partitions", "canary_events_enabled", "consumers", .. OthersKeys];

    private readonly Dictionary<string, StreamDefinition> _streams = [];

    private StreamCatalog()
    {
    }

    /// <summary>All streams, in the order of the file.</summary>
    public IReadOnlyCollection<StreamDefinition> Streams => _streams.Values;

    /// <summary>Reads a stream configuration.</summary>
    /// <param name="utf8Json">The file's content.</param>
    /// <param name="file">The file's name, for messages.</param>
    /// <exception cref="CatalogException">It is wrong; the message says where.</exception>
    public static StreamCatalog Parse(ReadOnlyMemory<byte> utf8Json, string file = "streams.json") =>
        Parse([new CatalogFile(file, utf8Json)], "streams");

    /// <summary>Reads the streams of all files of a catalog.</summary>
    /// <exception cref="CatalogException">One is wrong, or two files have a stream of the same name; the message says where.</exception>
    public static StreamCatalog Parse(IReadOnlyList<CatalogFile> files) => Parse(files, CatalogFile.Sections);

    private static StreamCatalog Parse(IReadOnlyList<CatalogFile> files, params string[] sections)
    {
        var catalog = new StreamCatalog();
        var topics = new Dictionary<string, string>();
        foreach (var (name, entry) in CatalogReader.Entries(files, "streams", sections))
        {
            var stream = ParseStream(name, entry);
            catalog._streams.Add(name, stream);
            foreach (var topic in stream.Topics)
            {
                if (!topics.TryAdd(topic, name))
                {
                    throw new CatalogException($"{entry.Path}: topic '{topic}' already carries stream '{topics[topic]}'; a topic carries one stream.");
                }
            }
        }

        return catalog;
    }

    /// <summary>Finds a stream by its name.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out StreamDefinition? stream) => _streams.TryGetValue(name, out stream);

    private static StreamDefinition ParseStream(string name, CatalogReader entry)
    {
        if (name.StartsWith('/'))
        {
            throw new CatalogException($"{entry.Path}: streams named by a regular expression are not supported; name each stream.");
        }

        TopicName.Require(name, entry.Path);
        string? title = null;
        IReadOnlyList<string>? topics = null, prefixes = null;
        MessageKey? key = null;
        int? partitions = null;
        bool hasCanaries = false, isServed = false;
        foreach (var (field, value) in entry.Fields(Keys))
        {
            switch (field)
            {
                case "schema_title": title = value.Text(); break;
                case "topics": topics = value.Texts(); break;
                case "topic_prefixes": prefixes = value.Texts(); break;
                case "message_key_fields": key = ParseKey(value); break;
                case "canary_events_enabled": hasCanaries = value.Boolean(); break;
                case "consumers": isServed = ParseConsumers(value); break;
                case "partitions": partitions = value.Number(1, 10_000); break;
            }
        }

        topics ??= prefixes is null ? [name] : [.. prefixes.Select(prefix => prefix + name)];
        foreach (var topic in topics)
        {
            TopicName.Require(topic, entry.Path);
        }

        var stream = new StreamDefinition
        {
            Name = name,
            SchemaTitle = title ?? throw new CatalogException($"{entry.Path}.schema_title is missing: it names the schemas that the stream's events may have."),
            Topics = topics,
            Key = key,
            Configuration = entry.Json,
            HasCanaries = hasCanaries,
            IsServed = isServed,
        };
        return partitions is { } count ? stream with { Partitions = count } : stream;
    }

    // Other consumers have settings of their own, which they read themselves.
    private static bool ParseConsumers(CatalogReader consumers)
    {
        foreach (var (_, consumer) in consumers.Fields().Where(field => field.Name == "eventstreams"))
        {
            return consumer.Fields("enabled").Select(field => field.Value.Boolean()).FirstOrDefault();
        }

        return false;
    }

    private static MessageKey ParseKey(CatalogReader fields)
    {
        var parsed = fields.Fields().Select(field => KeyValuePair.Create(field.Name, field.Value.Text())).ToList();
        return parsed.Count > 0 ? new MessageKey(parsed) : throw new CatalogException($"{fields.Path} is empty; leave it out for records without a key.");
    }
}
