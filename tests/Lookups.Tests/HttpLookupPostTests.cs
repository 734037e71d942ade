using System.Text;

namespace Millrace.Lookups.Tests;

public sealed class HttpLookupPostTests : IAsyncDisposable
{
    private readonly List<(string Method, string Type, string Key, string Body)> _seen = [];
    private LoopbackServer? _server;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Each_attempt_sends_the_same_bytes_and_headers()
    {
        await StartAsync(number => number == 1 ? 503 : 201);
        using var lookup = Lookup();

        var answer = await lookup.PostAsync(_server!.Uri, Post());

        Assert.Equal(201, (int)answer.Status);
        Assert.Equal(Enumerable.Repeat(("POST", "application/json", "7", "[1]"), 2), _seen);
    }

    [Fact]
    public async Task A_refusal_is_an_answer_and_its_body_is_the_callers()
    {
        await StartAsync(_ => 422);
        using var lookup = Lookup();

        var answer = await lookup.PostAsync(_server!.Uri, Post());

        Assert.Equal((422, "said"), ((int)answer.Status, Encoding.UTF8.GetString(answer.Body.Span)));
        Assert.Single(_seen);
    }

    [Fact]
    public async Task A_failure_says_how_long_to_wait_and_leaves_out_the_query()
    {
        await StartAsync(_ => 503, retryAfter: "3600");
        using var lookup = Lookup();

        var failure = await Assert.ThrowsAsync<LookupException>(() => lookup.PostAsync(new Uri($"{_server!.Uri}?token=s3cret"), Post()).AsTask());

        Assert.Equal(TimeSpan.FromHours(1), failure.RetryAfter);
        Assert.StartsWith($"The post to {_server!.Uri} failed", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_is_not_allowed_is_not_posted_to()
    {
        await StartAsync(_ => 200);
        using var lookup = new HttpLookup(Some.Options("example.org"), TimeProvider.System);

        var failure = await Assert.ThrowsAsync<LookupException>(() => lookup.PostAsync(_server!.Uri, Post()).AsTask());

        Assert.Equal(LookupErrorTypes.RefusedHost, failure.Error.Type);
        Assert.NotNull(lookup.Refuse(_server!.Uri));
        Assert.Empty(_seen);
    }

    private static LookupPost Post() => new("[1]"u8.ToArray(), "application/json", [new("Key", "7")]);

    private static HttpLookup Lookup()
    {
        var options = Some.Options("127.0.0.1");
        options.BaseDelay = TimeSpan.FromMilliseconds(1);
        return new HttpLookup(options, TimeProvider.System);
    }

    private async Task StartAsync(Func<int, int> status, string? retryAfter = null) => _server = await LoopbackServer.StartAsync(async (context, number) =>
    {
        using var reader = new StreamReader(context.Request.Body);
        _seen.Add((context.Request.Method, context.Request.ContentType!, context.Request.Headers["Key"].ToString(), await reader.ReadToEndAsync()));
        context.Response.StatusCode = status(number);
        context.Response.Headers.RetryAfter = retryAfter;
        await context.Response.Body.WriteAsync("said"u8.ToArray());
    });
}
