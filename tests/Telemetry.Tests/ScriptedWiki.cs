using System.Net;

namespace Millrace.Telemetry.Tests;

/// <summary>A wiki that is down for the first request, has no such revision at the second, and has every one after that.</summary>
internal sealed class ScriptedWiki : HttpMessageHandler
{
    private const string Answer = """{ "query": { "pages": [ { "revisions": [ { "slots": { "main": { "contentmodel": "wikitext", "contentformat": "text/x-wiki", "content": "text" } } } ] } ] } }""";

    private const string NotYet = """{ "query": { "badrevids": { "42": { "revid": 42, "missing": true } } } }""";

    private int _asked;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(Interlocked.Increment(ref _asked) switch
    {
        1 => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable),
        2 => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(NotYet) },
        _ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(Answer) },
    });
}
