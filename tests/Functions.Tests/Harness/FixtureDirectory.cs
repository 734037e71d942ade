using System.Text.Json.Nodes;
using Millrace.Testing;

namespace Millrace.Functions.Tests;

/// <summary>A fixture of a test's own: an edit, unless the test writes another.</summary>
internal sealed class FixtureDirectory : IDisposable
{
    public const string Request = "GET https://wiki.example.org/w/api.php?action=query&prop=revisions&revids=42&rvslots=*&rvprop=content&format=json&formatversion=2";

    private readonly string _stage;

    public FixtureDirectory(string stage = nameof(PageChange))
    {
        _stage = stage;
        Write("fixture.json", """{ "example": {} }""");
    }

    public string Place { get; } = Directory.CreateTempSubdirectory("millrace-fixture-").FullName;

    public static string Answer { get; } = new JsonObject { ["request"] = Request, ["body"] = JsonNode.Parse(ScriptedWiki.Text("words")) }.ToJsonString();

    public void Dispose() => Directory.Delete(Place, recursive: true);

    public FixtureDirectory Write(string file, string content)
    {
        var path = Path.Combine(Place, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return this;
    }

    public string Read(string file) => File.ReadAllText(Path.Combine(Place, file));

    public StageFixture Open() => new(Place, _stage);

    public Task<FixtureResult> RunAsync() => Open().RunAsync(Program.Build);

    /// <summary>Runs it and takes over what it got.</summary>
    public async Task AcceptAsync()
    {
        var fixture = Open();
        fixture.Accept(await fixture.RunAsync(Program.Build));
    }
}
