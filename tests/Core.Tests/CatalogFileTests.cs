using System.Text;

namespace Millrace.Core.Tests;

/// <summary>A catalog of several files.</summary>
public sealed class CatalogFileTests
{
    private static readonly CatalogFile Stages = File("stages.json", """{"stages":{"First":{"inputs":["in"],"outputs":{"mid":"/b/1.0.0"}}}}""");
    private static readonly CatalogFile Streams = File("streams.json", """{"streams":{"in":{"schema_title":"a"},"mid":{"schema_title":"b"}}}""");

    [Fact]
    public void The_files_are_one_catalog()
    {
        var catalog = StageCatalog.Parse([Stages, Streams, File("Second/stage.json", """
            {"stages":{"Second":{"inputs":["mid"],"outputs":{"out":"/c/1.0.0"}}},"streams":{"out":{"schema_title":"c"}}}
            """)]);

        Assert.Equal(["First", "Second"], catalog.Stages.Select(stage => stage.Name));
        Assert.Equal(["in", "mid", "out"], catalog.Streams.Streams.Select(stream => stream.Name));
    }

    [Theory]
    [InlineData("""{"stages":{"First":{"inputs":["in"]}}}""", "S/stage.json.stages.First: 'First' is in stages.json, too; leave it out of one of them.")]
    [InlineData("""{"streams":{"mid":{"schema_title":"b"}}}""", "S/stage.json.streams.mid: 'mid' is in streams.json, too; leave it out of one of them.")]
    [InlineData("""{"streams":{"new":{"schema_title":"b","topics":["mid"]}}}""", "topic 'mid' already carries stream 'mid'")]
    [InlineData("""{"stage":{}}""", "S/stage.json.stage is unknown; allowed are stages, streams.")]
    [InlineData("""{"stages":{"S":{"inputs":["nope"]}}}""", "S/stage.json.stages.S.inputs: there is no stream 'nope'; the catalog has in, mid.")]
    [InlineData("{", "S/stage.json is no JSON")]
    public void What_does_not_fit_is_refused_with_its_file(string json, string message) =>
        Assert.Contains(message, Assert.Throws<CatalogException>(() => StageCatalog.Parse([Stages, Streams, File("S/stage.json", json)])).Message, StringComparison.Ordinal);

    private static CatalogFile File(string name, string json) => new(name, Encoding.UTF8.GetBytes(json));
}
