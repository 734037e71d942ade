using System.Text.Json.Nodes;

namespace Millrace.Serving.Tests;

/// <summary>The app's catalog with topics of two datacenters for each stream.</summary>
internal sealed class PrefixedCatalog : IDisposable
{
    public PrefixedCatalog()
    {
        File.Copy(Path.Combine(AppContext.BaseDirectory, "stages.json"), Path.Combine(Directory, "stages.json"));
        var streams = JsonNode.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "streams.json")))!;
        foreach (var (_, stream) in streams["streams"]!.AsObject())
        {
            stream!["topic_prefixes"] = new JsonArray("eqiad.", "codfw.");
        }

        File.WriteAllText(Path.Combine(Directory, "streams.json"), streams.ToJsonString());
    }

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("millrace-serving-").FullName;

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);
}
