using System.Text.Json;

namespace Millrace.Infra.Tests;

/// <summary>Catalogs at random: streams with and without prefixes, canaries and readers, stages in every mode, connectors to every kind of store, one to three datacenters.</summary>
internal sealed class RandomCatalog(int seed)
{
    private static readonly string[] Datacenters = ["eqiad", "codfw", "esams"];
    private static readonly (string Connector, object Settings)[] Stores =
    [
        ("postgres", new { connectionString = "Host=a.db.example:5433,10.1.2.3;Database=events" }),
        ("lake", new { path = "https://account.blob.core.windows.net/lake" }),
        ("http", new { address = "http://[fd00::7]:9200/_bulk", format = "bulk" }),
    ];

    private static readonly string[] Words = ["Page", "Content", "HTTP", "Change", "V2", "Edit", "x", "_y", "Wikidata"];
    private readonly Random _random = new(seed);

    /// <summary>The three files of a catalog.</summary>
    public (string Stages, string Streams, string Datacenters) Next()
    {
        var datacenters = Datacenters[..(1 + _random.Next(3))];
        var streams = Enumerable.Range(0, 1 + _random.Next(4)).ToDictionary(index => $"stream-{index}.v{_random.Next(9)}", _ => Stream(datacenters));
        var stages = Enumerable.Range(0, _random.Next(4)).Select(index => Name() + index).ToDictionary(name => name, _ => Stage([.. streams.Keys], datacenters, streams));
        return (
            JsonSerializer.Serialize(new { stages }),
            JsonSerializer.Serialize(new { streams }),
            JsonSerializer.Serialize(new { datacenters = datacenters.ToDictionary(name => name, name => new { kafkaCluster = $"main-{name}", bootstrapServers = $"a.{name}.example:{9092 + _random.Next(3)},b.{name}.example:9093", @namespace = _random.Next(2) == 0 ? "millrace" : name }) }));
    }

    private string Name() => string.Concat(Enumerable.Range(0, 1 + _random.Next(4)).Select(index => index == 0 ? "Stage" : Words[_random.Next(Words.Length)]));

    private Dictionary<string, object> Stream(string[] datacenters)
    {
        var stream = new Dictionary<string, object>
        {
            ["schema_title"] = "some/title",
            ["partitions"] = 1 + _random.Next(40),
            ["canary_events_enabled"] = _random.Next(2) == 0,
            ["consumers"] = new { eventstreams = new { enabled = _random.Next(2) == 0 } },
        };
        if (_random.Next(2) == 0)
        {
            stream["topic_prefixes"] = datacenters.Select(name => name + ".");
        }

        return stream;
    }

    private Dictionary<string, object> Stage(string[] streams, string[] datacenters, Dictionary<string, Dictionary<string, object>> definitions)
    {
        // Two writers of one topic are nobody's intention: where each datacenter has its own, there are prefixes.
        var mode = (string[])["single", "active-passive", "active-active"];
        var prefixed = streams.Where(stream => definitions[stream].ContainsKey("topic_prefixes")).ToArray();
        var chosen = prefixed.Length > 0 ? mode[_random.Next(3)] : mode[_random.Next(2)];
        var inputs = chosen == "active-active" ? prefixed : streams;
        var stage = new Dictionary<string, object>
        {
            ["inputs"] = inputs[..(1 + _random.Next(inputs.Length))],
            ["datacenters"] = chosen == "active-active" ? new Dictionary<string, string> { ["mode"] = chosen, ["compute"] = _random.Next(2) == 0 ? "single" : "double" } : new() { ["mode"] = chosen, ["active"] = datacenters[_random.Next(datacenters.Length)] },
            ["scale"] = new { minReplicas = _random.Next(2), lagThreshold = 1 + _random.Next(100_000), cpu = $"{100 + _random.Next(900)}m", memory = $"{1 + _random.Next(8)}Gi" },
            ["options"] = new { drainTime = TimeSpan.FromMilliseconds(_random.Next(600_000)) },
        };
        if (_random.Next(3) == 0)
        {
            (stage["connector"], stage["settings"]) = Stores[_random.Next(Stores.Length)];
            stage["inputs"] = inputs == streams && _random.Next(2) == 0 ? (string[])["stream-*"] : stage["inputs"];
        }

        return stage;
    }
}
