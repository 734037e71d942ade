using System.Text;
using System.Text.Json.Nodes;
using Millrace.Schemas;

namespace Millrace.Benchmarks;

/// <summary>An event of a certain size, and the schema that it matches.</summary>
internal sealed record ValidationSample(string SchemaUri, string Schema, byte[] Event)
{
    private static readonly string Own = Path.Combine(AppContext.BaseDirectory, "jsonschema");

    public string Name => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{SchemaUri}, {Event.Length:N0} B");

    /// <summary>Where the schemas of another platform are; null where they are not.</summary>
    public static string? Elsewhere { get; } = FindElsewhere();

    public static EventSchemas Schemas()
    {
        var options = new SchemaRepositoryOptions();
        options.Bases.Add(Own);
        if (Elsewhere is not null)
        {
            options.Bases.Add(Path.Combine(Elsewhere, "schemas"));
        }

        return new EventSchemas(new SchemaRepository(options, null, TimeProvider.System));
    }

    public static IEnumerable<ValidationSample> All()
    {
        List<(string Uri, JsonObject Event, string Schema)> bases = [FromExample("/mediawiki/page/change/1.3.0"), FromExample("/mediawiki/revision/create/1.1.0")];
        if (Elsewhere is not null)
        {
            bases.Insert(0, FromCapture("/mediawiki/page/change/1.2.0", "page_change-wikidata-2024.ndjson"));
        }

        foreach (var (uri, @event, schema) in bases)
        {
            foreach (var size in (int[])[1_000, 3_000, 20_000])
            {
                yield return new ValidationSample(uri, schema, Encoding.UTF8.GetBytes(Grow(@event, size).ToJsonString()));
            }
        }
    }

    private static (string, JsonObject, string) FromExample(string uri)
    {
        var schema = File.ReadAllText(Own + uri + ".json");
        return (uri, JsonNode.Parse(schema)!["examples"]![0]!.AsObject(), schema);
    }

    private static (string, JsonObject, string) FromCapture(string uri, string file)
    {
        var @event = JsonNode.Parse(File.ReadLines(Path.Combine(Elsewhere!, "events", file)).First())!.AsObject();
        var schema = Encoding.UTF8.GetString(YamlToJson.Convert(File.ReadAllBytes(Path.Combine(Elsewhere!, "schemas") + uri + ".yaml"), SchemaFile.MaxDepth));
        return (uri, @event, schema);
    }

    // A third of what is missing goes into groups and slots, so that there is more structure, the rest into the comment.
    private static JsonObject Grow(JsonObject small, int size)
    {
        var grown = small.DeepClone().AsObject();
        var groups = (grown["performer"]!["groups"] ?? grown["performer"]!["user_groups"])!.AsArray();
        var slots = grown["revision"]?["content_slots"]?.AsObject();
        var comment = (JsonObject)(grown["revision"] ?? grown);
        var third = Math.Max(0, (size - Length(grown)) / 3);
        var target = Length(grown) + third;
        for (var n = 0; Length(grown) < target - 250 && slots is not null; n++)
        {
            slots.Add($"slot_{n}", slots["main"]!.DeepClone());
        }

        for (var n = 0; Length(grown) < target; n++)
        {
            groups.Add($"group_{n}");
        }

        var text = (string?)comment["comment"] ?? "";
        comment["comment"] = text + string.Concat(Enumerable.Repeat("copy-edit of a paragraph, ", 1_000))[..Math.Max(0, size - Length(grown))];
        return grown;
    }

    private static int Length(JsonNode node) => node.ToJsonString().Length;

    private static string? FindElsewhere()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Functions.sln")))
        {
            directory = directory.Parent;
        }

        var data = Environment.GetEnvironmentVariable("MILLRACE_SHARED_DATA") ?? (directory is null ? null : Path.Combine(directory.FullName, "..", "shared", "data"));
        return data is not null && Directory.Exists(Path.Combine(data, "wikimedia", "schemas")) ? Path.Combine(data, "wikimedia") : null;
    }
}
