using Millrace.Core;

namespace Millrace.Serving.Tests;

public sealed class StartPointTests
{
    private static readonly StreamDefinition Things = new() { Name = "things", SchemaTitle = "thing", Topics = ["eqiad.things", "codfw.things"] };

    [Fact]
    public void On_the_cluster_of_its_id_a_client_goes_on_at_the_offset() =>
        Assert.Equal(new StartPoint(7, 100), Of("""[{"topic":"eqiad.things","partition":0,"offset":7,"timestamp":100,"cluster":"here"}]"""));

    [Fact]
    public void On_another_cluster_a_client_goes_on_at_the_time() =>
        Assert.Equal(new StartPoint(null, 100), Of("""[{"topic":"eqiad.things","partition":0,"offset":7,"timestamp":100,"cluster":"there"}]"""));

    [Fact]
    public void An_offset_of_those_who_have_one_cluster_is_taken_as_it_is() =>
        Assert.Equal(new StartPoint(7, null), Of("""[{"topic":"eqiad.things","partition":0,"offset":7}]"""));

    [Fact]
    public void A_time_beside_an_offset_of_no_cluster_decides() =>
        Assert.Equal(new StartPoint(null, 100), Of("""[{"topic":"eqiad.things","partition":0,"offset":7,"timestamp":100}]"""));

    [Fact]
    public void The_end_is_where_an_id_of_Wikimedia_says_so() =>
        Assert.Equal(new StartPoint(null, null), Of("""[{"topic":"eqiad.things","partition":0,"offset":-1}]"""));

    [Fact]
    public void A_partition_that_a_client_has_not_seen_begins_at_the_earliest_time_of_those_it_has() =>
        Assert.Equal(new StartPoint(null, 50), Of("""
            [{"topic":"drmrs.things","partition":0,"offset":7,"timestamp":100},{"topic":"codfw.things","partition":3,"timestamp":50},{"topic":"other","partition":0,"timestamp":1}]
            """));

    [Fact]
    public void A_stream_that_the_id_does_not_know_begins_where_the_query_says() =>
        Assert.Equal(new StartPoint(null, 5), Of("""[{"topic":"other","partition":0,"offset":7,"timestamp":100}]"""));

    private static StartPoint Of(string id) =>
        StartPoint.Of(new StreamPartition("eqiad.things", 0), Things, new StreamQuery([Things], ResumePosition.Read(id), 5, EventFilter.Of([])), "here");
}
