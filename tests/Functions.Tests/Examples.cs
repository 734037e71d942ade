using System.Text.Json.Nodes;
using Millrace.Core;

namespace Millrace.Functions.Tests;

/// <summary>Events as the schemas show them.</summary>
internal static class Examples
{
    /// <summary>The first example of the newest schema of a stream, as an event of that stream.</summary>
    public static string Of(StreamDefinition stream)
    {
        var newest = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "jsonschema", stream.SchemaTitle), "*.json")
            .MaxBy(file => Version.Parse(Path.GetFileNameWithoutExtension(file)))!;
        var example = JsonNode.Parse(File.ReadAllBytes(newest))!["examples"]![0]!;
        example["meta"]!["stream"] = stream.Name;
        return example.ToJsonString();
    }
}
