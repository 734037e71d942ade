using Millrace.Core;
using Millrace.Hosting;

namespace Millrace.Local.Tests;

public sealed class PrefixedCatalogTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("millrace-prefixed-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_stage_in_a_folder_of_its_own_is_in_every_datacenter_too_and_so_are_its_streams()
    {
        File("stages.json", """{ "stages": { "First": { "inputs": ["in"], "outputs": { "mid": "/mid/1.0.0" } } } }""");
        File("streams.json", """{ "streams": { "in": { "schema_title": "in" }, "mid": { "schema_title": "mid" }, }, } // As files may be.""");
        File("Second/stage.json", """{ "stages": { "Second": { "inputs": ["mid"], "outputs": { "out": "/out/1.0.0" } } }, "streams": { "out": { "schema_title": "out" } } }""");

        var catalog = Prefix();

        Assert.Equal(["First", "Second"], catalog.Stages.Select(stage => stage.Name));
        Assert.All(
            catalog.Stages.SelectMany(stage => stage.Inputs.Concat(stage.Outputs.Select(output => output.Stream)).Append(stage.ErrorStream)),
            stream => Assert.Equal([$"eqiad.{stream.Name}", $"codfw.{stream.Name}"], stream.Topics));
    }

    [Fact]
    public void Topics_that_a_stream_names_itself_stay()
    {
        File("stages.json", """{ "stages": { "First": { "inputs": ["named", "prefixed"] } } }""");
        File("streams.json", """{ "streams": { "named": { "schema_title": "x", "topics": ["a", "b"] }, "prefixed": { "schema_title": "x", "topic_prefixes": ["esams."] } } }""");

        Assert.Equal(["a", "b", "esams.prefixed"], Prefix().Get("First").InputTopics);
    }

    [Fact]
    public void An_entry_that_two_files_have_is_refused()
    {
        File("stages.json", """{ "stages": { "First": { "inputs": ["in"] } } }""");
        File("streams.json", """{ "streams": { "in": { "schema_title": "in" } } }""");
        File("First/stage.json", """{ "stages": { "First": { "inputs": ["in"] } } }""");

        Assert.Contains("'First' is in stages.json, too", Assert.Throws<CatalogException>(Prefix).Message, StringComparison.Ordinal);
    }

    private StageCatalog Prefix()
    {
        var to = Path.Combine(_directory, "to");
        PrefixedCatalog.Write(Path.Combine(_directory, "from"), to, ["eqiad", "codfw"]);
        return CatalogFiles.Load(to);
    }

    private void File(string name, string content)
    {
        var path = Path.Combine(_directory, "from", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, content);
    }
}
