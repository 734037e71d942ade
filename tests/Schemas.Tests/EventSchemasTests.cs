using System.Text;
using System.Text.Json;
using Millrace.Core;

namespace Millrace.Schemas.Tests;

public sealed class EventSchemasTests
{
    private const string Good = """{"$schema":"/error/2.1.0","meta":{"stream":"s.error"},"dt":"2026-01-31T12:00:00Z","emitter_id":"s","message":"m"}""";

    private readonly EventSchemas _schemas = new(Repositories.Own());

    [Fact]
    public void A_valid_event_is_decoded_with_its_record()
    {
        var record = Repositories.Record(Good);
        Assert.True(_schemas.TryDecode(record, out var decoded, out var error), error?.Message);
        using (decoded)
        {
            Assert.Same(record, decoded.Record);
            Assert.Equal("/error/2.1.0", decoded.SchemaUri);
            Assert.Equal("s.error", decoded.Stream);
        }
    }

    [Fact]
    public void Every_event_of_a_schema_shares_one_string_for_its_uri()
    {
        Assert.True(_schemas.TryDecode(Repositories.Record(Good), out var first, out _));
        Assert.True(_schemas.TryDecode(Repositories.Record(Good), out var second, out _));
        Assert.Same(first.SchemaUri, second.SchemaUri);
        first.Dispose();
        second.Dispose();
    }

    [Theory]
    [InlineData("""{"$schema":"/error/2.1.0",REST}""")]
    [InlineData("""{REST,"$schema":"/error/2.1.0"}""")]
    [InlineData("""{"meta":{"x":{"$schema":"/mediawiki/page/change/1.3.0"},META},"$schema":"/error/2.1.0",LAST}""")]
    [InlineData("""{"meta":{"$schema":"no URI",META},"$schema" : "/error/2.1.0",LAST}""")]
    [InlineData("""{"\u0024schema":"\/error\/2.1.0",REST}""")]
    [InlineData("""{"raw_event":"{\"$schema\":\"/mediawiki/page/change/1.3.0\"}","$schema":"/error/2.1.0",REST}""")]
    public void The_schema_is_found_wherever_and_however_the_event_names_it(string json)
    {
        var record = Repositories.Record(json
            .Replace("REST", "\"meta\":{META},LAST", StringComparison.Ordinal)
            .Replace("META", """ "stream":"s.error","domain":"d" """, StringComparison.Ordinal)
            .Replace("LAST", """ "dt":"2026-01-31T12:00:00Z","emitter_id":"s","message":"m" """, StringComparison.Ordinal));
        for (var time = 0; time < 2; time++)
        {
            Assert.True(_schemas.TryDecode(record, out var decoded, out var error), error?.Message);
            Assert.Equal(("/error/2.1.0", "s.error", "d"), (decoded.SchemaUri, decoded.Stream, decoded.Domain));
            decoded.Dispose();
        }
    }

    [Fact]
    public void An_event_is_never_judged_by_a_schema_that_it_does_not_name_itself()
    {
        // The guess finds a schema that the event matches.
        _schemas.Require("/error/2.1.0");
        _schemas.Require("/mediawiki/page/change/1.3.0");
        var json = Good.Replace("\"$schema\":\"/error/2.1.0\"", "\"tags\":{\"$schema\":\"/error/2.1.0\"},\"$schema\":\"/mediawiki/page/change/1.3.0\"", StringComparison.Ordinal);
        Assert.False(_schemas.TryDecode(Repositories.Record(json), out _, out var error));
        Assert.Equal("/mediawiki/page/change/1.3.0", error.SchemaUri);
    }

    [Fact]
    public void A_value_of_the_schema_s_name_elsewhere_is_not_looked_up()
    {
        var repository = Repositories.Own();
        Assert.True(new EventSchemas(repository).TryDecode(Repositories.Record(Good
            .Replace("{\"$schema\":\"/error/2.1.0\",", "{", StringComparison.Ordinal)
            .Replace("\"meta\":{", "\"meta\":{\"$schema\":\"/mediawiki/page/change/1.3.0\",", StringComparison.Ordinal)
            .Replace("\"message\"", "\"$schema\":\"/error/2.1.0\",\"message\"", StringComparison.Ordinal)), out var decoded, out var error), error?.Message);
        decoded.Dispose();
        Assert.False(repository.TryGetCompiled("/mediawiki/page/change/1.3.0", out _));
    }

    [Theory]
    [InlineData("s", "\"s\"")]
    [InlineData("\\u0073", "\"s\"")]
    [InlineData("\u00e4 \\ud83d\\ude00 \\\" \\/", null)]
    public void A_key_is_the_one_of_the_parsed_event(string emitter, string? written)
    {
        var key = new MessageKey([new("who", "emitter_id"), new("where", "meta.stream"), new("n", "meta.source.partition")]);
        var record = Repositories.Record(Good.Replace("\"s\"", $"\"{emitter}\"", StringComparison.Ordinal)
            .Replace("\"s.error\"", "\"s.error\",\"source\":{\"topic\":\"t\",\"partition\":7,\"offset\":1}", StringComparison.Ordinal));
        Assert.True(key.TryCreate(JsonElement.Parse(record.Value), out var expected, out _));
        for (var time = 0; time < 2; time++)
        {
            Assert.True(_schemas.TryDecode(record, key, out var decoded, out var made, out var error), error?.Message);
            Assert.Equal(Encoding.UTF8.GetString(expected), Encoding.UTF8.GetString(made));
            Assert.Equal("s.error", decoded.Stream);
            decoded.Dispose();
        }

        Assert.True(written is null || Encoding.UTF8.GetString(expected) == $$"""{"who":{{written}},"where":"s.error","n":7}""");
    }

    [Theory]
    [InlineData("raw_event")]
    [InlineData("meta")]
    [InlineData("meta.stream.x")]
    public void An_event_without_a_field_of_its_key_is_refused_with_its_name(string path)
    {
        var key = new MessageKey([new("dt", "dt"), new("k", path)]);
        for (var time = 0; time < 2; time++)
        {
            Assert.False(_schemas.TryDecode(Repositories.Record(Good), key, out _, out _, out var error));
            Assert.Equal(ErrorTypes.InvalidEvent, error.Type);
            Assert.StartsWith($"'.{path}' must be", error.Message, StringComparison.Ordinal);
            Assert.Equal("s.error", error.Stream);
        }
    }

    [Fact]
    public void A_decoded_event_is_parsed_when_somebody_looks_and_not_before()
    {
        _schemas.Require("/error/2.1.0");
        var record = Repositories.Record(Good);
        Assert.True(_schemas.TryDecode(record, out _, out _));
        var before = GC.GetAllocatedBytesForCurrentThread();
        _ = _schemas.TryDecode(record, out var decoded, out _);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(allocated, 0, 160);
        Assert.Equal("m", decoded!.Root.GetProperty("message").GetString());
        Assert.Equal("s.error", decoded.Meta.GetProperty("stream").GetString());
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero), decoded.Time);
        decoded.Dispose();
        decoded.Dispose();
        Assert.Throws<ObjectDisposedException>(() => decoded.Root);
        Assert.Equal("s.error", decoded.Stream);
    }

    [Theory]
    [InlineData("[]", ErrorTypes.NotAnObject, "array []")]
    [InlineData("null", ErrorTypes.NotAnObject, "null")]
    [InlineData("", ErrorTypes.MalformedJson, "line 1, byte 1")]
    [InlineData("{\n \"a\": tru }", ErrorTypes.MalformedJson, "line 2, byte 10")]
    [InlineData("{} {}", ErrorTypes.MalformedJson, "line 1, byte 4")]
    [InlineData("{\"a\":1,}", ErrorTypes.MalformedJson, "byte 8")]
    [InlineData("{/**/}", ErrorTypes.MalformedJson, "byte 2")]
    [InlineData("\uFEFF{}", ErrorTypes.MalformedJson, "byte order mark")]
    [InlineData("{\"a\":NaN}", ErrorTypes.MalformedJson, "byte 6")]
    [InlineData("{\"a\":1,\"a\":2}", ErrorTypes.MalformedJson, "'a'")]
    [InlineData("{\"a\":1,\"\\u0061\":2}", ErrorTypes.MalformedJson, "'a'")]
    [InlineData("{\"a\":\"\\ud800\"}", ErrorTypes.MalformedJson, "byte 6")]
    [InlineData("{\"\\ud800\":1}", ErrorTypes.MalformedJson, "byte 2")]
    [InlineData("{}", ErrorTypes.MissingSchema, "'.$schema' is required")]
    [InlineData("{\"$schema\":1}", ErrorTypes.MissingSchema, "number 1")]
    [InlineData("{\"$schema\":\"\"}", ErrorTypes.SchemaNotRelative, "/title/version")]
    [InlineData("{\"$schema\":\"http://example.org/error/2.1.0\"}", ErrorTypes.SchemaNotRelative, "http://example.org/error/2.1.0")]
    [InlineData("{\"$schema\":\"/../../etc/passwd\"}", ErrorTypes.SchemaNotRelative, "/../../etc/passwd")]
    [InlineData("{\"$schema\":\"\\/..\\/error\\/2.1.0\"}", ErrorTypes.SchemaNotRelative, "/../error/2.1.0")]
    [InlineData("{\"$schema\":\"/error/9.9.9\"}", ErrorTypes.UnknownSchema, "/error/9.9.9")]
    [InlineData("{\"$schema\":\"/error/2.1.0\",\"dt\":1,\"emitter_id\":\"s\",\"message\":\"m\",\"meta\":{\"stream\":\"s\"}}", ErrorTypes.InvalidEvent, "'.dt' must be string, but is number 1")]
    [InlineData("{\"$schema\":\"/error/2.1.0\",\"emitter_id\":\"s\",\"message\":\"m\",\"meta\":{}}", ErrorTypes.InvalidEvent, "'.meta.stream' is required, '.dt' is required")]
    public void A_refusal_names_its_kind_and_the_place(string json, string type, string named)
    {
        Assert.False(_schemas.TryDecode(Repositories.Record(json), out _, out var error));
        Assert.Equal(type, error.Type);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.False(error.Transient);
    }

    [Theory]
    [InlineData(new byte[] { (byte)'{', 0xFF, (byte)'}' }, "byte 1 is 0xFF")]
    [InlineData(new byte[] { (byte)'"', 0xC3, 0xA4, 0xED, 0xA0, 0x80, (byte)'"' }, "byte 3 is 0xED")]
    [InlineData(new byte[] { (byte)'"', 0xC0, 0xAF, (byte)'"' }, "byte 1 is 0xC0")]
    [InlineData(new byte[] { (byte)'"', 0xE2, 0x82 }, "byte 1 is 0xE2")]
    public void Bytes_that_are_not_UTF8_are_refused_with_their_place(byte[] value, string named)
    {
        Assert.False(_schemas.TryDecode(Repositories.Record(value), out _, out var error));
        Assert.Equal(ErrorTypes.InvalidUtf8, error.Type);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    public void Deep_nesting_is_refused_and_does_not_crash(string open, string close)
    {
        var json = $$"""{"$schema":"/error/2.1.0","a":{{Repeat(open, 100_000)}}1{{Repeat(close, 100_000)}}}""";
        Assert.False(_schemas.TryDecode(Repositories.Record(json), out _, out var error));
        Assert.Equal(ErrorTypes.MalformedJson, error.Type);
        Assert.Contains("64", error.Message, StringComparison.Ordinal);
        Assert.Equal("/error/2.1.0", error.SchemaUri);
    }

    [Fact]
    public void Huge_numbers_are_refused_as_any_other_value()
    {
        var json = Good.Replace("\"s.error\"", "\"s.error\",\"source\":{\"topic\":\"t\",\"partition\":1e1000000000,\"offset\":123456789012345678901234567890}", StringComparison.Ordinal);
        Assert.False(_schemas.TryDecode(Repositories.Record(json), out _, out var error));
        Assert.Equal(ErrorTypes.InvalidEvent, error.Type);
        Assert.Equal(
            "'.meta.source.partition' must be at most 2147483647, but is number 1e1000000000, "
            + "'.meta.source.offset' must be at most 9007199254740991, but is number 123456789012345678901234567890",
            error.Message);
    }

    [Theory]
    [InlineData("""{"$schema":"/error/2.1.0","meta":{"x":{},"stream":"s"},"a":""")]
    [InlineData("""{"$schema":"/error/2.1.0","meta":{"stream":"s"},"a":1,"a":2}""")]
    [InlineData("""{"$schema":"/error/2.1.0","meta":{"stream":"s"},"a":"\ud800"}""")]
    [InlineData("""{"$schema":"/error/2.1.0","meta":{"stream":"s"}}""")]
    public void An_error_has_the_schema_and_the_stream_where_they_could_be_read(string json)
    {
        Assert.False(_schemas.TryDecode(Repositories.Record(json), out _, out var error));
        Assert.Equal("/error/2.1.0", error.SchemaUri);
        Assert.Equal("s", error.Stream);
    }

    [Theory]
    [InlineData("""{"$schema":1,"meta":[1]}""")]
    [InlineData("""{"$schema":"\ud800","meta":{"stream":{"a":1}}}""")]
    [InlineData("""{"meta":1""")]
    [InlineData("""["$schema"]""")]
    public void An_error_has_neither_where_they_could_not(string json)
    {
        Assert.False(_schemas.TryDecode(Repositories.Record(json), out _, out var error));
        Assert.Null(error.SchemaUri);
        Assert.Null(error.Stream);
    }

    [Fact]
    public void A_message_stays_short_whatever_the_event_says()
    {
        var json = Good.Replace("\"m\"", $"{{\"{new string('x', 100_000)}\":1}}", StringComparison.Ordinal).Replace("\"s\"", $"[{Repeat("\"y\",", 50_000)}1]", StringComparison.Ordinal);
        Assert.False(_schemas.TryDecode(Repositories.Record(json), out _, out var error));
        Assert.InRange(error.Message.Length, 32, 512);
    }

    [Fact]
    public void A_long_schema_uri_is_refused_and_shortened()
    {
        Assert.False(_schemas.TryDecode(Repositories.Record($$"""{"$schema":"/{{Repeat("ä/", 100_000)}}1"}"""), out _, out var error));
        Assert.Equal(ErrorTypes.SchemaNotRelative, error.Type);
        Assert.InRange(error.Message.Length, 32, 512);
    }

    [Fact]
    public void A_record_without_a_value_is_refused()
    {
        Assert.False(_schemas.TryDecode(new EventRecord { Position = default }, out _, out var error));
        Assert.Equal(ErrorTypes.NullValue, error.Type);
    }

    [Fact]
    public void An_encoded_event_is_validated_against_the_schema_that_is_given()
    {
        Assert.True(_schemas.TryValidate("/error/2.1.0", Encoding.UTF8.GetBytes(Good), out _));
        Assert.False(_schemas.TryValidate("/mediawiki/page/change/1.3.0", Encoding.UTF8.GetBytes(Good), out var error));
        Assert.Equal(ErrorTypes.InvalidEvent, error.Type);
        Assert.Equal("/mediawiki/page/change/1.3.0", error.SchemaUri);
        Assert.Equal("s.error", error.Stream);
    }

    [Theory]
    [InlineData("/error/2.1.0", "[]", ErrorTypes.NotAnObject)]
    [InlineData("/error/2.1.0", "{", ErrorTypes.MalformedJson)]
    [InlineData("/error/9.9.9", "{}", ErrorTypes.UnknownSchema)]
    [InlineData("error", "{}", ErrorTypes.SchemaNotRelative)]
    public void An_encoded_event_is_refused_as_a_record_would_be(string uri, string json, string type)
    {
        Assert.False(_schemas.TryValidate(uri, Encoding.UTF8.GetBytes(json), out var error));
        Assert.Equal(type, error.Type);
    }

    [Fact]
    public void The_title_is_that_of_the_schema()
    {
        Assert.Equal("mediawiki/page/change", _schemas.TitleOf("/mediawiki/page/change/1.3.0"));
        Assert.Null(_schemas.TitleOf("/mediawiki/page/change/9.9.9"));
        Assert.Null(_schemas.TitleOf("http://example.org/"));
    }

    [Fact]
    public void Require_is_the_repository_s()
    {
        _schemas.Require("/error/2.1.0");
        Assert.Throws<SchemaException>(() => _schemas.Require("/error/9.9.9"));
    }

    [Fact]
    public void Validating_a_valid_event_allocates_next_to_nothing()
    {
        var schema = Compiled.Schema(File.ReadAllText(Path.Combine(Repositories.OwnSchemas, "error", "2.1.0.json")));
        using var document = JsonDocument.Parse(Good);
        schema.IsValid(document.RootElement);
        var before = GC.GetAllocatedBytesForCurrentThread();
        schema.IsValid(document.RootElement);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 256);
    }

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}
