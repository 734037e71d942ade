using System.Text;

namespace Millrace.Core.Tests;

public sealed class CatalogTests
{
    private const string Streams = """
        {
          "streams": {
            "in": { "schema_title": "a", "topic_prefixes": ["eqiad.", "codfw."], "canary_events_enabled": true },
            "mid": { "schema_title": "b", "topics": ["elsewhere"] },
            "out": { "schema_title": "b", "message_key_fields": { "id": "page.id" } }
          }
        }
        """;

    [Fact]
    public void Topics_are_those_named_or_prefixed_or_the_stream_s_name()
    {
        var streams = ParseStreams(Streams);

        Assert.Equal(["eqiad.in", "codfw.in"], Get(streams, "in").Topics);
        Assert.Equal(["elsewhere"], Get(streams, "mid").Topics);
        Assert.Equal(["out"], Get(streams, "out").Topics);
    }

    [Fact]
    public void The_topic_to_write_is_that_of_the_datacenter()
    {
        var stream = Get(ParseStreams(Streams), "in");

        Assert.Equal("codfw.in", stream.TopicToWrite("codfw"));
        Assert.Contains("set Millrace:Datacenter", Assert.Throws<CatalogException>(() => stream.TopicToWrite(null)).Message, StringComparison.Ordinal);
        Assert.Contains("'drmrs'", Assert.Throws<CatalogException>(() => stream.TopicToWrite("drmrs")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", false, false)]
    [InlineData(""", "canary_events_enabled": true""", true, false)]
    [InlineData(""", "canary_events_enabled": false, "consumers": { "eventstreams": { "enabled": true }, "another": { "job": "x" } }""", false, true)]
    [InlineData(""", "consumers": { "eventstreams": {} }""", false, false)]
    public void Canaries_and_readers_over_HTTP_are_for_streams_that_say_so(string fields, bool hasCanaries, bool isServed)
    {
        var stream = Get(ParseStreams($$"""{ "streams": { "s": { "schema_title": "a"{{fields}} } } }"""), "s");

        Assert.Equal((hasCanaries, isServed), (stream.HasCanaries, stream.IsServed));
    }

    [Fact]
    public void Stages_stand_behind_those_that_feed_them()
    {
        var catalog = Parse("""
            {"stages":{
              "Last": {"inputs":["mid"],"outputs":{"out":"/b/1.0.0"}},
              "First": {"inputs":["in"],"outputs":{"mid":"/b/1.0.0"},"options":{"concurrency":3,"retryDelay":"00:00:02"}}
            }}
            """);

        Assert.Equal(["First", "Last"], catalog.Stages.Select(stage => stage.Name));
        Assert.Equal((3, TimeSpan.FromSeconds(2)), (catalog.Stages[0].Options.Concurrency, catalog.Stages[0].Options.RetryDelay));
        Assert.Equal("First.error", catalog.Stages[0].ErrorStream.Name);
    }

    [Theory]
    [InlineData("", Delivery.ExactlyOnce)]
    [InlineData("""
        "delivery":"exactly-once"
        """, Delivery.ExactlyOnce)]
    [InlineData("""
        "delivery":"at-least-once"
        """, Delivery.AtLeastOnce)]
    public void Delivery_is_exactly_once_unless_it_is_said(string option, Delivery delivery)
    {
        var catalog = Parse("""{"stages":{"S":{"inputs":["in"],"options":{""" + option + "}}}}");

        Assert.Equal(delivery, catalog.Stages[0].Options.Delivery);
    }

    [Theory]
    [InlineData("""{"stages":{"S":{"inputs":["in"],"options":{"delivery":"twice"}}}}""", "stages.json.stages.S.options.delivery is \"twice\"; allowed is exactly-once or at-least-once.")]
    [InlineData("""{"stages":{"S":{"inputs":["in"],"options":{"delivery":7}}}}""", "stages.json.stages.S.options.delivery is 7; allowed is exactly-once or at-least-once.")]
    [InlineData("""{"stages":{"S":{"inputs":["nope"]}}}""", "stages.json.stages.S.inputs: there is no stream 'nope'; the catalog has in, mid, out.")]
    [InlineData("""{"stages":{"S":{}}}""", "stages.json.stages.S.inputs is missing")]
    [InlineData("""{"stages":{"S":{"inputs":[]}}}""", "stages.json.stages.S.inputs is []; allowed is a list of texts, not empty.")]
    [InlineData("""{"stages":{"S":{"inputs":["in"],"outptus":{}}}}""", "stages.json.stages.S.outptus is unknown; allowed are inputs, outputs, connector, lookup, options, settings, scale, datacenters.")]
    [InlineData("""{"stages":{"S":{"inputs":["in"],"scale":{"lagThreshold":0}}}}""", "stages.json.stages.S.scale.lagThreshold is 0; allowed is 1 to 100000000.")]
    [InlineData("""{"stages":{"S":{"inputs":["in"],"scale":{"maxReplicas":"all"}}}}""", "stages.json.stages.S.scale.maxReplicas is \"all\"; allowed is a whole number.")]
    [InlineData("""{"stages":{"S":{"inputs":["in"],"scale":{"minReplicas":3,"maxReplicas":2}}}}""", "stages.json.stages.S.scale.maxReplicas is 2; allowed is minReplicas, 3, or more.")]
    [InlineData("""{"stages":{"S":{"inputs":["in"],"connector":"lake","outputs":{"out":"/b/1.0.0"}}}}""", "stages.json.stages.S.outputs is set, and so is connector")]
    [InlineData("""{"stages":{"S":{"inputs":["nothing.*"],"connector":"lake"}}}""", "no stream begins with 'nothing.'; the catalog has in")]
    [InlineData("""{"stages":{"S":{"inputs":["in"],"scale":{"memory":"lots"}}}}""", "stages.json.stages.S.scale.memory is 'lots': allowed are sizes such as 512Mi or 2Gi.")]
    [InlineData("""{"stages":{"S":{"inputs":["in"],"datacenters":{"mode":"both"}}}}""", "stages.json.stages.S.datacenters.mode is \"both\"; allowed is single or active-active or active-passive.")]
    [InlineData("""{"stages":{"S":{"inputs":["in"],"outputs":{"out":"/a/1.0.0"}}}}""", "stages.json.stages.S.outputs.out is '/a/1.0.0'; the stream takes events of /b/<version>.")]
    [InlineData("""{"stages":{"S":{"inputs":["in"],"options":{"concurency":3}}}}""", "stages.json.stages.S.options.concurency is unknown; allowed are concurrency,")]
    [InlineData("""{"stages":{"S":{"inputs":["in"],"options":{"concurrency":0}}}}""", "stages.json.stages.S.options.concurrency is 0; allowed is 1 to 10000.")]
    [InlineData("""{"stages":{"S":{"inputs":["in"],"options":{"concurrency":"many"}}}}""", "stages.json.stages.S.options.concurrency is \"many\"; allowed is a whole number.")]
    [InlineData("""{"stages":{"S":{"inputs":["in"],"options":{"retryDelay":"02:00:00"}}}}""", "stages.json.stages.S.options.retryDelay is 02:00:00; allowed is 00:00:00.0100000 to 01:00:00.")]
    [InlineData("""{"stages":{"S x":{"inputs":["in"]}}}""", "'S x' cannot be a topic")]
    [InlineData("""{"stages":{"A":{"inputs":["mid"],"outputs":{"out":"/b/1"}},"B":{"inputs":["out"],"outputs":{"mid":"/b/1"}}}}""", "The stages A, B feed each other in a circle.")]
    [InlineData("""{"stages":{"S":{"inputs":["in"]},"S":{"inputs":["in"]}}}""", "stages.json is no JSON")]
    [InlineData("""{"stages":""", "stages.json is no JSON")]
    [InlineData("[]", "stages.json is []; allowed is an object.")]
    public void A_wrong_stage_catalog_is_refused_with_the_place_and_what_is_allowed(string json, string message) =>
        Assert.Contains(message, Assert.Throws<CatalogException>(() => Parse(json)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"streams":{"s":{}}}""", "streams.json.streams.s.schema_title is missing")]
    [InlineData("""{"streams":{"s":{"schema_title":"a","topic":"t"}}}""", "streams.json.streams.s.topic is unknown; allowed are schema_title, topics,")]
    [InlineData("""{"streams":{"s":{"schema_title":7}}}""", "streams.json.streams.s.schema_title is 7; allowed is a text.")]
    [InlineData("""{"streams":{"s":{"schema_title":"a","topics":["b"]},"t":{"schema_title":"a","topics":["b"]}}}""", "topic 'b' already carries stream 's'")]
    [InlineData("""{"streams":{"s":{"schema_title":"a","message_key_fields":{}}}}""", "message_key_fields is empty")]
    [InlineData("""{"streams":{"/^s/":{"schema_title":"a"}}}""", "regular expression")]
    [InlineData("""{"streams":{"s":{"schema_title":"a","partitions":0}}}""", "streams.json.streams.s.partitions is 0; allowed is a whole number from 1 to 10000.")]
    [InlineData("""{"streams":{"s":{"schema_title":"a","canary_events_enabled":"yes"}}}""", "streams.json.streams.s.canary_events_enabled is \"yes\"; allowed is true or false.")]
    [InlineData("""{"streams":{"s":{"schema_title":"a","consumers":{"eventstreams":{"enabled":1}}}}}""", "streams.s.consumers.eventstreams.enabled is 1; allowed is true or false.")]
    [InlineData("""{"streams":{"s":{"schema_title":"a","consumers":{"eventstreams":{"enable":true}}}}}""", "eventstreams.enable is unknown; allowed are enabled.")]
    [InlineData("""{"streams":{"s/t":{"schema_title":"a"}}}""", "'s/t' cannot be a topic")]
    public void A_wrong_stream_configuration_is_refused_with_the_place_and_what_is_allowed(string json, string message) =>
        Assert.Contains(message, Assert.Throws<CatalogException>(() => ParseStreams(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_unknown_stage_is_refused_with_those_that_there_are()
    {
        var catalog = Parse("""{"stages":{"A":{"inputs":["in"]},"B":{"inputs":["in"]}}}""");

        Assert.Equal("The catalog has no stage 'C'; it has A, B.", Assert.Throws<CatalogException>(() => catalog.Get("C")).Message);
    }

    private static StreamDefinition Get(StreamCatalog streams, string name) => streams.TryGet(name, out var stream) ? stream : throw new KeyNotFoundException(name);

    private static StreamCatalog ParseStreams(string json) => StreamCatalog.Parse(Encoding.UTF8.GetBytes(json));

    private static StageCatalog Parse(string json) => StageCatalog.Parse(Encoding.UTF8.GetBytes(json), ParseStreams(Streams));
}
