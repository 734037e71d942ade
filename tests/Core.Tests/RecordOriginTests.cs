using System.Text.Json;
using Millrace.Testing;

namespace Millrace.Core.Tests;

public sealed class RecordOriginTests
{
    private static readonly StageCatalog Catalog = StageCatalog.Parse(
        """{ "stages": { "Test": { "inputs": ["in"], "outputs": { "out": "/out/1.0.0" }, "datacenters": { "mode": "active-passive" } } } }"""u8.ToArray(),
        StreamCatalog.Parse("""
            { "streams": {
              "in": { "schema_title": "in", "topic_prefixes": ["eqiad.", "codfw."] },
              "out": { "schema_title": "out", "topic_prefixes": ["eqiad.", "codfw."] } } }
            """u8.ToArray()));

    [Fact]
    public async Task A_mirrored_record_becomes_the_same_event_wherever_it_is_worked_on() => Assert.Equal(
        await IdAsync("eqiad", "eqiad.in", offset: 7),
        await IdAsync("codfw", "eqiad.in", offset: 3, RecordOrigin.Header(7)));

    [Fact]
    public async Task An_error_about_a_mirrored_record_is_the_same_event_too_and_says_where_the_copy_stands()
    {
        var here = await MetaAsync("codfw", "eqiad.in", 3, fails: true, RecordOrigin.Header(7));

        Assert.Equal((await MetaAsync("eqiad", "eqiad.in", 7, fails: true)).Child("id").Text(), here.Child("id").Text());
        Assert.Equal(3, here.Child("source").Child("offset").Number());
    }

    [Theory]
    [InlineData("")]
    [InlineData("-7")]
    [InlineData("7 ")]
    [InlineData("seven")]
    [InlineData("99999999999999999999")]
    public async Task A_header_that_is_no_offset_means_nothing(string value) => Assert.Equal(
        await IdAsync("codfw", "eqiad.in", 3),
        await IdAsync("codfw", "eqiad.in", 3, new RecordHeader(RecordOrigin.HeaderName, System.Text.Encoding.ASCII.GetBytes(value))));

    [Fact]
    public async Task On_a_datacenters_own_topic_the_header_is_no_mirrors_and_means_nothing() => Assert.Equal(
        await IdAsync("eqiad", "eqiad.in", 3),
        await IdAsync("eqiad", "eqiad.in", 3, RecordOrigin.Header(7)));

    [Fact]
    public async Task The_header_is_not_passed_on()
    {
        var processed = await ProcessAsync("codfw", "eqiad.in", 3, fails: false, RecordOrigin.Header(7), new RecordHeader("x", [1]));

        Assert.Equal(["x", "traceparent"], processed.Outputs.Single().Headers.Select(header => header.Name));
    }

    [Fact]
    public async Task A_replay_of_a_mirrored_record_becomes_what_the_original_becomes_and_its_error_event_keeps_the_offset()
    {
        var stamp = new ReplayStamp { Origin = new StreamPosition("eqiad.in", 0, 3), ErrorId = Guid.NewGuid(), Error = new StreamPosition("Test.error", 0, 0), Request = Guid.NewGuid() };
        var replayed = await RunAsync(fails: false, RecordOrigin.Header(7), stamp.Header());
        var failed = await RunAsync(fails: true, RecordOrigin.Header(7), stamp.Header());

        Assert.Equal(await IdAsync("eqiad", "eqiad.in", 7), JsonElement.Parse(replayed.Outputs[0].Value).Child("meta").Child("id").Text());
        Assert.DoesNotContain(replayed.Outputs[0].Headers, header => header.Name == RecordOrigin.HeaderName);
        Assert.Equal(new ErrorInput(new StreamPosition("Test.replay", 0, 0), 7), ErrorInput.Read(new EventRecord { Position = default, Headers = failed.Outputs[0].Headers }));
    }

    private static async Task<ProcessedRecord> RunAsync(bool fails, params RecordHeader[] headers)
    {
        var (stage, sink) = (Catalog.Get("Test"), new InMemorySink());
        var author = fails ? new StageFunc((_, _) => new(new Outcome.Failed(new StageError("no", "No.")))) : StageFunc.Echo;
        var runner = new StageRunner(stage, new StagePipeline(stage, author, new AnySchema(), TimeProvider.System, "codfw"), sink, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<StageRunner>.Instance);
        await runner.RunAsync([new EventRecord { Position = new StreamPosition("Test.replay", 0, 0), Value = """{ "$schema": "/in/1.0.0", "meta": { "stream": "in" } }"""u8.ToArray(), Headers = headers }], CancellationToken.None);
        return sink.Settled.Single();
    }

    private static async Task<string?> IdAsync(string datacenter, string topic, long offset, params RecordHeader[] headers) =>
        (await MetaAsync(datacenter, topic, offset, fails: false, headers)).Child("id").Text();

    private static async Task<JsonElement> MetaAsync(string datacenter, string topic, long offset, bool fails, params RecordHeader[] headers) =>
        JsonElement.Parse((await ProcessAsync(datacenter, topic, offset, fails, headers)).Outputs.Single().Value).Child("meta");

    private static async Task<ProcessedRecord> ProcessAsync(string datacenter, string topic, long offset, bool fails, params RecordHeader[] headers)
    {
        var stage = Catalog.Get("Test");
        var author = fails ? new StageFunc((_, _) => new(new Outcome.Failed(new StageError("no", "No.")))) : StageFunc.Echo;
        return await new StagePipeline(stage, author, new AnySchema(), TimeProvider.System, datacenter).ProcessAsync(
            new EventRecord
            {
                Position = new StreamPosition(topic, 0, offset),
                Value = """{ "$schema": "/in/1.0.0", "meta": { "stream": "in" } }"""u8.ToArray(),
                Headers = headers,
            },
            CancellationToken.None);
    }
}
