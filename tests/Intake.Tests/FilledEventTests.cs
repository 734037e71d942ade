using System.Net;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;

namespace Millrace.Intake.Tests;

/// <summary>What is stored of an event, beside what came.</summary>
public sealed class FilledEventTests
{
    [Fact]
    public async Task What_the_event_lacks_is_filled_in_where_the_schema_has_it()
    {
        await using var app = await IntakeApp.StartAsync();

        using var answer = await app.PostAsync(
            Encoding.UTF8.GetBytes(IntakeApp.Event()), headers: [("X-Request-ID", "r-\"1\""), ("User-Agent", "tests/1.0"), ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var record = app.Read("things", 1).Single();
        var stored = Json(record);
        var meta = stored.GetProperty("meta");
        Assert.Equal(7, Guid.Parse(meta.GetProperty("id").GetString()!).Version);
        Assert.Equal("r-\"1\"", meta.GetProperty("request_id").GetString());
        Assert.Equal("tests/1.0", stored.GetProperty("http").GetProperty("request_headers").GetProperty("user-agent").GetString());
        Assert.Equal("red", stored.GetProperty("colour").GetString());
        Assert.Equal(meta.GetProperty("dt").GetDateTimeOffset().ToUnixTimeMilliseconds(), record.Message.Timestamp.UnixTimestampMs);
        Assert.Equal("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", Encoding.ASCII.GetString(record.Message.Headers.GetLastBytes("traceparent")));
    }

    [Fact]
    public async Task What_the_event_has_stays_byte_for_byte()
    {
        await using var app = await IntakeApp.StartAsync();
        var sent = """{ "name" : "n\u00e9" , "$schema":"/test/thing/1.0.0","colour":"blue", "http" :{"method":"GET","request_headers":{"user-agent":"its own"}},"meta":{ "dt":"2020-01-02T03:04:05.678+01:00","stream":"things","id":"its-own","request_id":"q"}, "any": [ 1.50, {} ] }""";

        using var answer = await app.PostAsync(Encoding.UTF8.GetBytes(sent), headers: [("X-Request-ID", "another"), ("User-Agent", "another"), ("traceparent", "no trace")]);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var record = app.Read("things", 1).Single();
        Assert.Equal(sent, Encoding.UTF8.GetString(record.Message.Value));
        Assert.Equal(DateTimeOffset.Parse("2020-01-02T02:04:05.678Z", System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds(), record.Message.Timestamp.UnixTimestampMs);
        Assert.Empty(record.Message.Headers);
    }

    [Theory]
    [InlineData("""{"$schema":"/test/thing/1.0.0","name":"n","meta":{"stream":"things"},"http":{}}""")]
    [InlineData("""{"$schema":"/test/thing/1.0.0","name":"n","meta":{"stream":"things"},"http":{"request_headers":{}}}""")]
    [InlineData("""{"$schema":"/test/thing/1.0.0","name":"n","meta":{"stream":"things"},"http":{"request_headers":{"a":"b"},"method":"m"}}""")]
    [InlineData("""{"http":{"method":"m"},"$schema":"/test/thing/1.0.0","name":"n","meta":{"stream":"things"}}""")]
    [InlineData("""{"m\u0065ta":{"str\u0065am":"th\u0069ngs"},"$sch\u0065ma":"/test/th\u0069ng/1.0.0","name":"n"}""")]
    public async Task Fields_are_filled_in_whatever_of_their_objects_is_there(string sent)
    {
        await using var app = await IntakeApp.StartAsync();

        using var answer = await app.PostAsync(Encoding.UTF8.GetBytes(sent), headers: [("User-Agent", "tests/1.0")]);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var stored = Json(app.Read("things", 1).Single());
        Assert.Equal("tests/1.0", stored.GetProperty("http").GetProperty("request_headers").GetProperty("user-agent").GetString());
        Assert.True(stored.GetProperty("meta").TryGetProperty("id", out _));
        Assert.Equal(sent.Contains("\"m\"", StringComparison.Ordinal), stored.GetProperty("http").TryGetProperty("method", out _));
    }

    [Fact]
    public async Task A_stream_says_which_headers_fill_what()
    {
        await using var app = await IntakeApp.StartAsync(
            [("own", """{ "schema_title": "test/thing", "producers": { "eventgate": { "enrich_fields_from_http_headers": { "http.request_headers.user-agent": false, "http.method": "X-Kind" } } } }""")]);
        app.Broker.CreateTopic("own", 1);

        using var answer = await app.PostAsync(Encoding.UTF8.GetBytes(IntakeApp.Event("own")), headers: [("User-Agent", "tests/1.0"), ("X-Kind", "beacon")]);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal("""{"method":"beacon"}""", Json(app.Read("own", 1).Single()).GetProperty("http").GetRawText());
    }

    [Fact]
    public async Task A_schema_that_has_no_such_fields_gets_none()
    {
        await using var app = await IntakeApp.StartAsync([("plain", """{ "schema_title": "test/plain" }""")]);
        app.Broker.CreateTopic("plain", 1);
        var sent = """{"$schema":"/test/plain/1.0.0","meta":{"stream":"plain"}}""";

        using var answer = await app.PostAsync(sent);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal(sent, Encoding.UTF8.GetString(app.Read("plain", 1).Single().Message.Value));
    }

    [Fact]
    public async Task The_key_is_made_of_the_stream_s_key_fields()
    {
        await using var app = await IntakeApp.StartAsync();
        app.Broker.CreateTopic("keyed", 1);

        using var answer = await app.PostAsync(IntakeApp.Event("keyed", ",\"of\":{\"id\":12}"));

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal("""{"name":"n","id":12}""", Encoding.UTF8.GetString(app.Read("keyed", 1).Single().Message.Key!));
    }

    [Fact]
    public async Task The_datacenter_chooses_the_topic()
    {
        await using var app = await IntakeApp.StartAsync("Millrace:Datacenter=b", "Stages:PageChange:Topics:0=x", "Stages:PageChange:Topics:1=y", "Stages:PageContentChange:Topics=z");
        app.Broker.CreateTopic("b.elsewhere", 1);

        using var answer = await app.PostAsync(IntakeApp.Event("elsewhere"));

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal(1, app.Count("b.elsewhere"));
    }

    [Fact]
    public async Task An_event_that_does_not_match_becomes_an_error_event_that_has_it()
    {
        await using var app = await IntakeApp.StartAsync("Intake:ErrorStream=EventIntake.error");
        var sent = """{"$schema":"/test/thing/1.0.0","meta":{"stream":"things"},"name":7}""";

        using var answer = await app.PostAsync(sent);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var error = Json(app.Read("EventIntake.error", 1).Single());
        Assert.Equal(sent, error.GetProperty("raw_event").GetString());
        Assert.Equal("invalid_event", error.GetProperty("error_type").GetString());
        Assert.Equal("things", error.GetProperty("errored_stream_name").GetString());
        Assert.Equal(IntakeApp.Thing, error.GetProperty("errored_schema_uri").GetString());
        Assert.Equal("'.name' must be string, but is number 7", error.GetProperty("message").GetString());
        Assert.True(Repository.Schemas.TryValidate("/error/2.1.0", Encoding.UTF8.GetBytes(error.GetRawText()), out var broken), broken?.Message);
    }

    [Fact]
    public async Task Of_an_event_that_is_too_large_for_an_error_event_there_is_the_beginning()
    {
        await using var app = await IntakeApp.StartAsync("Intake:ErrorStream=EventIntake.error", "Intake:MaxEventBytes=2048");

        using var answer = await app.PostAsync($$"""{"$schema":"/test/thing/1.0.0","meta":{"stream":"things"},"name":7,"any":"{{string.Concat(Enumerable.Repeat("ä\\n", 450))}}"}""");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var error = Json(app.Read("EventIntake.error", 1).Single());
        Assert.Contains("raw_event holds the first", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("""{"$schema":""", error.GetProperty("raw_event").GetString(), StringComparison.Ordinal);
    }

    private static JsonElement Json(ConsumeResult<byte[]?, byte[]> record) => JsonElement.Parse(record.Message.Value);
}
