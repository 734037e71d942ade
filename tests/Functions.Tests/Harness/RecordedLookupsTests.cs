using System.Net;
using System.Text;
using Millrace.Lookups;
using Millrace.Testing;

namespace Millrace.Functions.Tests;

public sealed class RecordedLookupsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("millrace-lookups-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task An_answer_has_its_status_headers_and_body()
    {
        Write("a.json", """{ "request": "GET https://a.example/x?y=1", "status": 429, "headers": { "Retry-After": "7", "Content-Type": "text/html" }, "body": "<p>" }""");

        using var answer = await AskAsync(new HttpRequestMessage(HttpMethod.Get, "https://a.example/x?y=1"));

        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(7)), (answer.StatusCode, answer.Headers.RetryAfter!.Delta));
        Assert.Equal(("text/html", "<p>"), (answer.Content.Headers.ContentType!.MediaType, await answer.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Answers_come_one_after_another_and_the_last_for_ever()
    {
        Write("a.json", """{ "request": "GET https://a.example/", "answers": [{ "status": 500 }, { "body": { "n": 2 } }] }""");
        var lookups = new RecordedLookups(_directory);

        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 4; i++)
        {
            using var answer = await AskAsync(new HttpRequestMessage(HttpMethod.Get, "https://a.example/"), lookups);
            statuses.Add(answer.StatusCode);
        }

        Assert.Equal([HttpStatusCode.InternalServerError, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK], statuses);
    }

    [Fact]
    public async Task Requests_are_told_apart_by_what_they_carry_as_JSON()
    {
        Write("a.json", """{ "request": "POST https://a.example/", "sent": { "a": 1, "b": 2 }, "body": "first" }""");
        Write("b.json", """{ "request": "POST https://a.example/", "sent": { "a": 2 }, "body": "second" }""");

        using var first = await AskAsync(Post("""{"b":2.0,"a":1}"""));
        using var second = await AskAsync(Post("""{"a":2}"""));

        Assert.Equal(("first", "second"), (await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync()));
        await Assert.ThrowsAsync<LookupMissException>(() => AskAsync(Post("""{"a":3}""")));
    }

    [Fact]
    public async Task Another_method_or_address_is_a_miss()
    {
        Write("a.json", """{ "request": "GET https://a.example/x", "body": "" }""");
        var lookups = new RecordedLookups(_directory);

        await Assert.ThrowsAsync<LookupMissException>(() => AskAsync(new HttpRequestMessage(HttpMethod.Get, "https://a.example/x?y"), lookups));
        await Assert.ThrowsAsync<LookupMissException>(() => AskAsync(new HttpRequestMessage(HttpMethod.Head, "https://a.example/x"), lookups));

        Assert.Equal(["GET https://a.example/x?y", "HEAD https://a.example/x"], lookups.Missed);
        Assert.Equal([("a.json", "GET https://a.example/x")], lookups.Unused);
    }

    private static HttpRequestMessage Post(string json) => new(HttpMethod.Post, "https://a.example/") { Content = new StringContent(json, Encoding.UTF8, "application/json") };

    private void Write(string file, string content) => File.WriteAllText(Path.Combine(_directory, file), content);

    private async Task<HttpResponseMessage> AskAsync(HttpRequestMessage request, RecordedLookups? lookups = null)
    {
        using var invoker = new HttpMessageInvoker((lookups ?? new RecordedLookups(_directory)).Transport(new LookupOptions()));
        using (request)
        {
            return await invoker.SendAsync(request, CancellationToken.None);
        }
    }
}
