using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace Millrace.Lookups.Tests;

/// <summary>An API that asks who calls, and the authorization server beside it, whose tokens are t1, t2 and so on.</summary>
internal sealed class GuardedApi : HttpMessageHandler
{
    private int _tokens;

    /// <summary>What requests to the API showed, in their order.</summary>
    public ConcurrentQueue<string> Shown { get; } = [];

    /// <summary>What requests for tokens said, in their order.</summary>
    public ConcurrentQueue<string> TokenRequests { get; } = [];

    /// <summary>Which header the API looks at.</summary>
    public string Header { get; set; } = "Authorization";

    /// <summary>The status for what is shown.</summary>
    public Func<string, int> StatusOf { get; set; } = _ => 200;

    /// <summary>The answer of the authorization server to its request of that number, from 1.</summary>
    public Func<int, Task<HttpResponseMessage>> Token { get; set; } = n => Json($$"""{"access_token":"t{{n}}","token_type":"Bearer","expires_in":100}""");

    public static Task<HttpResponseMessage> Json(string body, int status = 200) =>
        Task.FromResult(new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, "application/json") });

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri!.AbsolutePath == "/token")
        {
            TokenRequests.Enqueue($"{request.Headers.Authorization} {await request.Content!.ReadAsStringAsync(cancellationToken)}");
            return await Token(Interlocked.Increment(ref _tokens)).WaitAsync(cancellationToken);
        }

        var shown = request.Headers.TryGetValues(Header, out var values) ? string.Join('|', values) : "nothing";
        Shown.Enqueue(shown);
        return await Json("7", StatusOf(shown));
    }
}
