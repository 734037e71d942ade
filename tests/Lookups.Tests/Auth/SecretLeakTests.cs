using System.Net;
using System.Text;

namespace Millrace.Lookups.Tests;

/// <summary>Everything that comes out of lookups that fail, in search of what they show.</summary>
public sealed class SecretLeakTests : IDisposable
{
    private const string Hush = "hush-7f3a";
    private readonly CountingClock _clock = new();
    private readonly Recorded _log = new();
    private readonly SecretFixture _file = new(Hush);
    private readonly LookupOptions _options = Some.Options("*.example.org", "127.0.0.1");

    public SecretLeakTests()
    {
        _options.CircuitMinimumThroughput = 2;
        _options.TotalTimeout = TimeSpan.FromSeconds(5);
    }

    public static TheoryData<LookupAuthKind, string> Failures
    {
        get
        {
            var all = new TheoryData<LookupAuthKind, string>();
            foreach (var kind in (LookupAuthKind[])[LookupAuthKind.Header, LookupAuthKind.Bearer, LookupAuthKind.ClientCredentials])
            {
                foreach (var failure in (string[])["refused", "failing", "unreachable", "malformed", "redirect", "token refused", "token malformed", "token unreachable"])
                {
                    if (kind == LookupAuthKind.ClientCredentials || !failure.StartsWith("token", StringComparison.Ordinal))
                    {
                        all.Add(kind, failure);
                    }
                }
            }

            return all;
        }
    }

    public void Dispose() => _file.Dispose();

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task What_is_shown_stands_in_no_error_and_no_log(LookupAuthKind kind, string failure)
    {
        Configure(kind);
        using var server = new EchoingServer(failure);
        using var lookup = new HttpLookup(_options, _clock, _log, server);
        var said = new StringBuilder();
        for (var n = 0; n < 3; n++)
        {
            var exception = await _clock.FailureOfAsync(lookup.GetJsonAsync(Some.Uri));
            said.AppendLine($"{exception} {exception.Error}");
        }

        said.AppendJoin('\n', _log.Lines);
        Assert.True(server.WasShown, "Nothing was shown, so that nothing could leak.");
        Assert.All(
            (string[])[Hush, EchoingServer.Token, Convert.ToBase64String(Encoding.UTF8.GetBytes($"client:{Hush}"))],
            secret => Assert.DoesNotContain(secret, said.ToString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(LookupAuthKind.Header)]
    [InlineData(LookupAuthKind.Bearer)]
    public async Task A_redirect_carries_nothing_to_another_host(LookupAuthKind kind)
    {
        Configure(kind);
        await using var other = await LoopbackServer.StartAsync((_, _) => Task.CompletedTask);
        await using var server = await LoopbackServer.StartAsync((context, _) =>
        {
            context.Response.Redirect(other.Uri.AbsoluteUri);
            return Task.CompletedTask;
        });
        using var lookup = new HttpLookup(_options, TimeProvider.System, _log);

        Assert.Equal(HttpStatusCode.Redirect, (await lookup.GetAsync(server.Uri)).Status);

        Assert.Equal((1, 0), (server.Count, other.Count));
    }

    private void Configure(LookupAuthKind kind)
    {
        (_options.Auth.Kind, _options.Auth.SecretFile) = (kind, _file.Path);
        _options.Auth.Header = kind == LookupAuthKind.Header ? "X-Api-Key" : "";
        if (kind == LookupAuthKind.ClientCredentials)
        {
            (_options.Auth.TokenAddress, _options.Auth.ClientId) = ("https://login.example.net/token", "client");
        }
    }

    /// <summary>A server that repeats what it is shown, wherever a client might quote it.</summary>
    private sealed class EchoingServer(string failure) : HttpMessageHandler
    {
        public const string Token = "token-5c1e";

        public bool WasShown { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Yield();
            var isToken = request.RequestUri!.AbsolutePath == "/token";
            var shown = string.Join(' ', request.Headers.SelectMany(header => header.Value));
            WasShown = true;
            Assert.Matches($"{Hush}|{Token}|Basic ", shown);
            if (isToken && !failure.StartsWith("token", StringComparison.Ordinal))
            {
                return await GuardedApi.Json($$"""{"access_token":"{{Token}}","token_type":"Bearer"}""");
            }

            var answer = new HttpResponseMessage((HttpStatusCode)(failure switch
            {
                "refused" or "token refused" => 401,
                "failing" => 500,
                "redirect" => 302,
                _ => 200,
            })) { ReasonPhrase = shown, Content = new StringContent(shown) };
            answer.Headers.Location = new Uri($"https://elsewhere.example.com/?{Uri.EscapeDataString(shown)}");
            return failure.EndsWith("unreachable", StringComparison.Ordinal) ? throw new HttpRequestException("connection refused") : answer;
        }
    }
}
