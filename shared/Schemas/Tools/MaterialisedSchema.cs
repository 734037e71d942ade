using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>A version that was made of a source.</summary>
/// <param name="Source">The source's path from the repository's root.</param>
/// <param name="Id">The schema's URI, by which its files are named: <c>/title/version</c>.</param>
/// <param name="Document">The schema.</param>
public sealed record MaterialisedSchema(string Source, string Id, JsonElement Document)
{
    /// <summary>The schema as JSON text, ending with a line break.</summary>
    public string ToJson() => SchemaText.Json(Document);

    /// <summary>The schema as YAML text that reads back as the same JSON.</summary>
    public string ToYaml() => SchemaText.Yaml(Document);
}
