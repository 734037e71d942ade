using System.Text.Json.Nodes;

namespace Millrace.Local.Tests;

/// <summary>A repository with fixtures of a test's own, and a page change that is right.</summary>
internal sealed class FixtureRepository : IDisposable
{
    public const string Request = "GET https://wiki.example.org/w/api.php?action=query&prop=revisions&revids=42&rvslots=*&rvprop=content&format=json&formatversion=2";

    public const string Answer = """{ "request": "GET https://wiki.example.org/w/api.php?action=query&prop=revisions&revids=42&rvslots=*&rvprop=content&format=json&formatversion=2", "body": { "query": { "pages": [{ "revisions": [{ "slots": { "main": { "content": "words" } } }] }] } } }""";

    public const string Allowed = "Stages:PageContentChange:Settings:Lookup:AllowedHosts:0=wiki.example.org";

    public FixtureRepository() => Write("functions/stages.json", "{}");

    public string Root { get; } = Directory.CreateTempSubdirectory("millrace-fixtures-").FullName;

    /// <summary>A page change, as the schema shows it.</summary>
    public static string Change(Action<JsonNode>? change = null)
    {
        var schema = JsonNode.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "jsonschema", "mediawiki", "page", "change", "1.3.0.json")))!;
        var example = schema["examples"]![0]!;
        example["meta"]!["stream"] = "mediawiki.page_change.v1";
        change?.Invoke(example);
        return example.ToJsonString();
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    public string Write(string file, string content)
    {
        var path = Path.Combine(Root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    public string Read(string file) => File.ReadAllText(Path.Combine(Root, file));
}
