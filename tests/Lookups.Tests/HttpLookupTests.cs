using System.Net;
using System.Text;
using System.Text.Json;

namespace Millrace.Lookups.Tests;

public sealed class HttpLookupTests : IDisposable
{
    private readonly CountingClock _clock = new();
    private readonly List<HttpLookup> _lookups = [];
    private ScriptedServer _server = null!;

    public void Dispose() => _lookups.ForEach(lookup => lookup.Dispose());

    [Fact]
    public async Task The_answer_is_the_servers_json()
    {
        var answer = await Lookup(Answer.Json("""{"query":{"title":"Zürich"}}""")).GetJsonAsync(Some.Uri);

        Assert.Equal("Zürich", answer.GetProperty("query").GetProperty("title").GetString());
    }

    [Fact]
    public async Task An_answer_outlives_the_lookup_and_later_answers()
    {
        var lookup = Lookup(Answer.Json("""{"n":"first"}"""), Answer.Json("""{"n":"other"}"""));
        var first = await lookup.GetJsonAsync(Some.Uri);
        await lookup.GetJsonAsync(Some.Uri);
        lookup.Dispose();

        Assert.Equal("first", first.GetProperty("n").GetString());
    }

    [Fact]
    public async Task The_request_names_who_asks_and_what_for()
    {
        await Lookup(Answer.Ok).GetJsonAsync(Some.Uri);

        var request = Assert.Single(_server.Requests);
        Assert.Equal(HttpMethod.Get, request.Method);
        Assert.Equal(Some.Uri, request.RequestUri);
        Assert.Equal("Millrace/0.1", request.Headers.UserAgent.ToString());
        Assert.Equal("application/json", request.Headers.Accept.ToString());
    }

    [Fact]
    public async Task Raw_answers_are_status_and_bytes()
    {
        var answer = await Lookup(Answer.Bytes([0, 255, 10])).GetAsync(Some.Uri);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.True(answer.IsSuccess);
        Assert.Equal([0, 255, 10], answer.Body.ToArray());
    }

    [Theory]
    [InlineData(404)]
    [InlineData(301)]
    public async Task Raw_answers_leave_a_status_that_no_attempt_would_change_to_the_caller(int status)
    {
        var answer = await Lookup(Answer.Status(status)).GetAsync(Some.Uri);

        Assert.Equal(status, (int)answer.Status);
        Assert.False(answer.IsSuccess);
        Assert.Equal("no JSON", Encoding.UTF8.GetString(answer.Body.Span));
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_status_that_may_pass_is_tried_again(int status)
    {
        var answer = await _clock.PassUntilDoneAsync(Lookup(Answer.Status(status), Answer.Status(status), Answer.Ok).GetJsonAsync(Some.Uri));

        Assert.True(answer.GetProperty("ok").GetBoolean());
        Assert.Equal(3, _server.Count);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(410)]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(304)]
    public async Task A_status_that_will_not_pass_fails_at_once(int status)
    {
        var failure = await Assert.ThrowsAsync<LookupException>(async () => await Lookup(Answer.Status(status), Answer.Ok).GetJsonAsync(Some.Uri));

        Assert.Equal(LookupErrorTypes.Status, failure.Error.Type);
        Assert.Equal(status, (int)failure.Status!);
        Assert.Equal(1, _server.Count);
    }

    [Fact]
    public async Task A_lookup_fails_once_its_attempts_are_used_up()
    {
        var failure = await _clock.FailureOfAsync(Lookup(Answer.Status(503)).GetJsonAsync(Some.Uri));

        Assert.Equal(3, _server.Count);
        Assert.Equal(3, failure.Attempts);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, failure.Status);
        Assert.False(failure.Error.Transient);
        Assert.Equal(
            "The lookup of https://en.example.org/w/api.php?revids=7 failed after 3 attempts: the server answered 503 Service Unavailable.",
            failure.Error.Message);
    }

    [Fact]
    public async Task Raw_answers_that_may_pass_fail_too_once_the_attempts_are_used_up()
    {
        var failure = await _clock.FailureOfAsync(Lookup(Answer.Status(500)).GetAsync(Some.Uri));

        Assert.Equal(LookupErrorTypes.Status, failure.Error.Type);
        Assert.Equal(3, _server.Count);
    }

    [Fact]
    public async Task One_attempt_means_no_second_one()
    {
        var options = Some.Options();
        options.Attempts = 1;

        var failure = await _clock.FailureOfAsync(Lookup(options, Answer.Status(500), Answer.Ok).GetJsonAsync(Some.Uri));

        Assert.Contains("after 1 attempt:", failure.Error.Message, StringComparison.Ordinal);
        Assert.Equal(1, _server.Count);
    }

    [Fact]
    public async Task A_connection_that_fails_is_tried_again()
    {
        await _clock.PassUntilDoneAsync(Lookup(Answer.Unreachable, Answer.Ok).GetJsonAsync(Some.Uri));

        Assert.Equal(2, _server.Count);
    }

    [Fact]
    public async Task A_server_out_of_reach_is_named_with_the_cause()
    {
        var failure = await _clock.FailureOfAsync(Lookup(Answer.Unreachable).GetJsonAsync(Some.Uri));

        Assert.Equal(LookupErrorTypes.Unreachable, failure.Error.Type);
        Assert.Null(failure.Status);
        Assert.Contains("connection refused", failure.Error.Message, StringComparison.Ordinal);
        Assert.IsType<HttpRequestException>(failure.InnerException);
    }

    [Theory]
    [InlineData("""{"query":{"pages":[{"pag""")]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("""{"a":1} x""")]
    public async Task A_body_that_is_not_json_is_tried_again_and_then_fails(string body)
    {
        var failure = await _clock.FailureOfAsync(Lookup(Answer.Json(body)).GetJsonAsync(Some.Uri));

        Assert.Equal(LookupErrorTypes.Malformed, failure.Error.Type);
        Assert.Equal(HttpStatusCode.OK, failure.Status);
        Assert.Equal(3, _server.Count);
    }

    [Fact]
    public async Task Broken_utf8_inside_a_string_is_found_at_once_and_not_by_the_reader()
    {
        var failure = await _clock.FailureOfAsync(Lookup(Answer.Bytes([.. "{\"a\":\""u8, 0xC3, 0x28, .. "\"}"u8])).GetJsonAsync(Some.Uri));

        Assert.Equal(LookupErrorTypes.Malformed, failure.Error.Type);
        Assert.Contains("not UTF-8", failure.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_truncated_body_is_repaired_by_another_attempt()
    {
        var answer = await _clock.PassUntilDoneAsync(Lookup(Answer.Json("""{"ok":"""), Answer.Ok).GetJsonAsync(Some.Uri));

        Assert.Equal(JsonValueKind.True, answer.GetProperty("ok").ValueKind);
    }

    [Fact]
    public async Task An_answer_of_exactly_the_limit_is_accepted()
    {
        var options = Some.Options();
        options.MaxAnswerBytes = 11;

        Assert.True((await Lookup(options, Answer.Ok).GetJsonAsync(Some.Uri)).GetProperty("ok").GetBoolean());
    }

    [Fact]
    public async Task A_larger_answer_fails_without_another_attempt()
    {
        var options = Some.Options();
        options.MaxAnswerBytes = 10;

        var failure = await Assert.ThrowsAsync<LookupException>(async () => await Lookup(options, Answer.Ok).GetJsonAsync(Some.Uri));

        Assert.Equal(LookupErrorTypes.TooLarge, failure.Error.Type);
        Assert.Contains("10 bytes", failure.Error.Message, StringComparison.Ordinal);
        Assert.Equal(1, _server.Count);
    }

    [Theory]
    [InlineData("https://evil.test/w/api.php", "evil.test")]
    [InlineData("https://example.org/", "example.org")]
    [InlineData("ftp://en.example.org/", "ftp")]
    [InlineData("file:///etc/passwd", "file")]
    [InlineData("https://me:secret@en.example.org/", "user name")]
    [InlineData("/w/api.php", "not absolute")]
    public async Task An_address_that_may_not_be_asked_is_refused_before_any_connection(string address, string named)
    {
        var failure = await Assert.ThrowsAsync<LookupException>(async () => await Lookup(Answer.Ok).GetJsonAsync(new Uri(address, UriKind.RelativeOrAbsolute)));

        Assert.Equal(LookupErrorTypes.RefusedHost, failure.Error.Type);
        Assert.Contains(named, failure.Error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.Error.Message, StringComparison.Ordinal);
        Assert.Equal(0, failure.Attempts);
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task An_endless_address_is_cut_in_the_error()
    {
        var failure = await Assert.ThrowsAsync<LookupException>(
            async () => await Lookup(Answer.Status(404)).GetJsonAsync(new Uri("https://en.example.org/" + new string('a', 9_000))));

        Assert.InRange(failure.Error.Message.Length, 2_000, 2_200);
    }

    private HttpLookup Lookup(params Func<CancellationToken, Task<HttpResponseMessage>>[] script) => Lookup(Some.Options(), script);

    private HttpLookup Lookup(LookupOptions options, params Func<CancellationToken, Task<HttpResponseMessage>>[] script)
    {
        _server = new ScriptedServer(_clock, script);
        var lookup = new HttpLookup(options, _clock, handler: _server);
        _lookups.Add(lookup);
        return lookup;
    }
}
