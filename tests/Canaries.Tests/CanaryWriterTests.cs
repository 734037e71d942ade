using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Millrace.Core;
using Millrace.Schemas;

namespace Millrace.Canaries.Tests;

/// <summary>What canaries are, where they go, and which streams can have none.</summary>
public sealed class CanaryWriterTests : IDisposable
{
    private const string Schema = """
        {
          "title": "thing", "$id": "/thing/1.1.0", "type": "object", "required": ["$schema", "meta", "id"],
          "properties": {
            "$schema": { "type": "string" }, "dt": { "type": "string", "format": "date-time" }, "id": { "type": "integer" },
            "meta": { "type": "object", "required": ["id", "dt", "stream", "domain"], "properties": {
              "id": { "type": "string", "format": "uuid" }, "dt": { "type": "string", "format": "date-time" }, "stream": { "type": "string" }, "domain": { "type": "string" } } }
          },
          "examples": EXAMPLES
        }
        """;

    private const string Example = """{ "$schema": "/thing/1.1.0", "meta": { "stream": "example", "domain": "example.org", "id": "x", "dt": "2020-01-01T00:00:00Z" }, "dt": "2020-01-01T00:00:00Z", "id": 7 }""";

    private readonly CanaryApp _app = new();
    private readonly FakeTimeProvider _clock = new(CanaryApp.Noon);
    private readonly string _schemas = Directory.CreateTempSubdirectory("millrace-canaries-").FullName;

    public CanaryWriterTests()
    {
        Write("thing/1.0.0.json", Schema.Replace("EXAMPLES", "[]", StringComparison.Ordinal));
        Write("thing/1.1.0.json", Schema.Replace("EXAMPLES", $"[{Example}]", StringComparison.Ordinal));
    }

    public void Dispose()
    {
        _app.Dispose();
        Directory.Delete(_schemas, recursive: true);
    }

    [Fact]
    public async Task A_canary_whose_span_is_recorded_goes_on_with_its_trace_and_another_has_none()
    {
        _app.Broker.CreateTopic("things", 1);
        using var writer = Writer("""{ "things": { "schema_title": "thing", "canary_events_enabled": true } }""");
        var spans = new System.Collections.Concurrent.ConcurrentQueue<Activity>();
        using (var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Millrace.Canaries",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => { if (span.GetTagItem("messaging.destination.name") is "things") { spans.Enqueue(span); } },
        })
        {
            ActivitySource.AddActivityListener(listener);
            await writer.WriteAsync(CancellationToken.None);
        }

        await writer.WriteAsync(CancellationToken.None);

        var records = Records("things", 2);
        Assert.Contains(Encoding.ASCII.GetString(records[0].Message.Headers.GetLastBytes("traceparent")), spans.Select(span => span.Id));
        Assert.Empty(records[1].Message.Headers);
    }

    [Fact]
    public async Task A_canary_is_the_example_of_the_newest_version_as_if_it_had_just_happened()
    {
        _app.Broker.CreateTopic("things", 1);
        using var writer = Writer("""{ "things": { "schema_title": "thing", "canary_events_enabled": true, "message_key_fields": { "id": "id" } } }""");

        await writer.WriteAsync(CancellationToken.None);
        await writer.WriteAsync(CancellationToken.None);

        var canaries = await _app.ReadAsync("things", 2);
        Assert.All(canaries, canary =>
        {
            Assert.Equal("""{"id":7}""", canary.Key);
            Assert.Equal("/thing/1.1.0", canary.Event.GetProperty("$schema").GetString());
            Assert.Equal("2026-01-01T12:00:00.000Z", canary.Event.GetProperty("dt").GetString());
            Assert.Equal("2026-01-01T12:00:00.000Z", canary.Event.GetProperty("meta").GetProperty("dt").GetString());
            Assert.Equal(("things", "canary"), (canary.Event.GetProperty("meta").GetProperty("stream").GetString(), canary.Event.GetProperty("meta").GetProperty("domain").GetString()));
            Assert.Equal(7, canary.Event.GetProperty("meta").GetProperty("id").GetGuid().Version);
        });
        Assert.Equal(2, canaries.Select(canary => canary.Event.GetProperty("meta").GetProperty("id").GetString()).Distinct().Count());
    }

    [Fact]
    public async Task Each_datacenter_writes_to_its_own_topics_only_and_streams_without_canaries_get_none()
    {
        const string Streams = """
            {
              "things": { "schema_title": "thing", "canary_events_enabled": true, "topic_prefixes": ["eqiad.", "codfw."] },
              "quiet": { "schema_title": "thing", "canary_events_enabled": false, "topic_prefixes": ["eqiad.", "codfw."] }
            }
            """;
        string[] topics = ["eqiad.things", "codfw.things", "eqiad.quiet", "codfw.quiet"];
        foreach (var topic in topics)
        {
            _app.Broker.CreateTopic(topic, 1);
        }

        using (var eqiad = Writer(Streams, "eqiad"))
        {
            await eqiad.WriteAsync(CancellationToken.None);
        }

        Assert.Equal("1,0,0,0", await CountsAsync(topics));
        using (var codfw = Writer(Streams, "codfw"))
        {
            await codfw.WriteAsync(CancellationToken.None);
        }

        Assert.Equal("1,1,0,0", await CountsAsync(topics));
    }

    [Theory]
    [InlineData("nothing", null, "no schema repository has 'nothing'")]
    [InlineData("thing", "[]", "/thing/2.0.0 has no examples")]
    [InlineData("thing", "[7]", "is no object")]
    [InlineData("thing", """[{ "$schema": "/thing/2.0.0" }]""", "'.id'")]
    [InlineData("thing", """[{ "id": 7 }]""", "'.$schema' is required")]
    [InlineData("../thing", null, "no schema repository has '../thing'")]
    public void A_stream_that_can_have_none_is_refused_by_its_name(string title, string? examples, string why)
    {
        if (examples is not null)
        {
            Write("thing/2.0.0.json", Schema.Replace("EXAMPLES", examples, StringComparison.Ordinal).Replace("1.1.0", "2.0.0", StringComparison.Ordinal));
        }

        var refusal = Assert.Throws<CatalogException>(() => Writer($$"""{ "odd": { "schema_title": "{{title}}", "canary_events_enabled": true } }"""));

        Assert.Contains("'odd'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stream_with_topics_of_several_datacenters_is_refused_where_none_is_set()
    {
        var refusal = Assert.Throws<CatalogException>(() => Writer("""{ "things": { "schema_title": "thing", "canary_events_enabled": true, "topic_prefixes": ["eqiad.", "codfw."] } }"""));

        Assert.Contains("Stream 'things' has the topics eqiad.things, codfw.things", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_cannot_be_written_keeps_no_other_from_its_canary()
    {
        _app.Broker.CreateTopic("things", 1);
        _app.Broker.CreateTopic("tiny", 1, new Dictionary<string, string> { ["max.message.bytes"] = "100" });
        using var writer = Writer("""
            { "tiny": { "schema_title": "thing", "canary_events_enabled": true }, "things": { "schema_title": "thing", "canary_events_enabled": true } }
            """);

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => writer.WriteAsync(CancellationToken.None));

        Assert.Equal("Canaries could not be delivered to tiny.", failure.Message);
        Assert.Equal("0,1", await CountsAsync("tiny", "things"));
    }

    private async Task<string> CountsAsync(params string[] topics) => string.Join(',', await Task.WhenAll(topics.Select(_app.CountAsync)));

    private CanaryWriter Writer(string streams, string? datacenter = null)
    {
        var options = new SchemaRepositoryOptions();
        options.Bases.Add(_schemas);
        var catalog = StreamCatalog.Parse(System.Text.Encoding.UTF8.GetBytes($$"""{ "streams": {{streams}} }"""));
        return new CanaryWriter(catalog.Streams, datacenter, new SchemaRepository(options, client: null, _clock), _app.Kafka, _clock, NullLogger<CanaryWriter>.Instance);
    }

    private void Write(string file, string content)
    {
        var path = Path.Combine(_schemas, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    private List<ConsumeResult<byte[], byte[]>> Records(string topic, int count)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig { BootstrapServers = _app.Broker.BootstrapServers, GroupId = "reading", FetchWaitMaxMs = 10 }).SetLogHandler((_, _) => { }).Build();
        consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        return [.. Enumerable.Range(0, count).Select(_ => consumer.Consume(patience.Token))];
    }
}
