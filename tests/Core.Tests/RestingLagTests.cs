using System.Text;

namespace Millrace.Core.Tests;

public sealed class RestingLagTests
{
    private const string Streams = """
        { "streams": {
            "in": { "schema_title": "in", "partitions": 3, "topic_prefixes": ["eqiad.", "codfw."] },
            "more": { "schema_title": "in", "partitions": 5 },
            "mid": { "schema_title": "mid", "partitions": 7 } } }
        """;

    private const string Join = """ "Join": { "inputs": ["in", "more"], "outputs": { "mid": "/mid/1.0.0" } } """;

    [Fact]
    public void A_topic_that_no_stage_writes_keeps_none() => Assert.Equal(0, Of("in", Join));

    [Fact]
    public void Each_partition_keeps_a_marker_of_each_partition_that_its_writer_reads() => Assert.Equal(7 * ((2 * 3) + 5), Of("mid", Join));

    [Fact]
    public void Writers_of_one_stream_add_up() =>
        Assert.Equal(7 * (11 + 5), Of("mid", Join, """ "Other": { "inputs": ["more"], "outputs": { "mid": "/mid/1.0.0" } } """));

    [Fact]
    public void A_stage_that_writes_without_transactions_leaves_no_markers() =>
        Assert.Equal(0, Of("mid", """ "Plain": { "inputs": ["more"], "outputs": { "mid": "/mid/1.0.0" }, "options": { "delivery": "at-least-once" } } """));

    [Fact]
    public void Errors_are_written_in_the_same_transactions()
    {
        var catalog = Catalog(Join);

        Assert.Equal(11, RestingLag.MarkersPerPartition(catalog, catalog.Get("Join").ErrorStream));
    }

    [Fact]
    public void A_run_may_have_made_all_topics_alike()
    {
        var catalog = Catalog(Join);

        Assert.Equal(2 * (2 + 2 + 2), RestingLag.Of(catalog, Stream(catalog, "mid"), partitions: 2));
    }

    private static long Of(string stream, params string[] stages)
    {
        var catalog = Catalog(stages);
        return RestingLag.Of(catalog, Stream(catalog, stream));
    }

    private static StreamDefinition Stream(StageCatalog catalog, string name) => catalog.Streams.Streams.Single(stream => stream.Name == name);

    private static StageCatalog Catalog(params string[] stages) => StageCatalog.Parse(
        Encoding.UTF8.GetBytes($$"""{ "stages": { {{string.Join(", ", stages)}} } }"""), StreamCatalog.Parse(Encoding.UTF8.GetBytes(Streams)));
}
