using System.Text.Json;
using System.Text.Json.Nodes;

namespace Millrace.Local;

/// <summary>The app's catalog as several datacenters have it: a topic for each of them where a stream says nothing of topics.</summary>
internal static class PrefixedCatalog
{
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Writes it to a directory.</summary>
    public static void Write(string from, string directory, IReadOnlyList<string> datacenters)
    {
        var stages = Read(from, "stages.json");
        var streams = Read(from, "streams.json");
        var all = streams["streams"]!.AsObject();
        foreach (var (name, _) in stages["stages"]!.AsObject())
        {
            all.TryAdd($"{name}.error", new JsonObject { ["schema_title"] = "error" });
        }

        foreach (var (_, stream) in all)
        {
            if (!stream!.AsObject().ContainsKey("topics") && !stream.AsObject().ContainsKey("topic_prefixes"))
            {
                stream["topic_prefixes"] = new JsonArray([.. datacenters.Select(datacenter => JsonValue.Create($"{datacenter}."))]);
            }
        }

        Directory.CreateDirectory(directory);
        Write(directory, "stages.json", stages);
        Write(directory, "streams.json", streams);
    }

    private static JsonNode Read(string directory, string file) => JsonNode.Parse(File.ReadAllBytes(Path.Combine(directory, file)), documentOptions: Lenient)!;

    private static void Write(string directory, string file, JsonNode content) => File.WriteAllText(Path.Combine(directory, file), content.ToJsonString(Indented));
}
