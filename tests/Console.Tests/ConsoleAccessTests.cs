using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Millrace.Local;
using static Millrace.Local.Tests.ObservedCluster;

namespace Millrace.Console.Tests;

/// <summary>Who is let in: each rule, broken on purpose.</summary>
public sealed class ConsoleAccessTests
{
    private const string Events = $"api/streams/{Input}/events";

    private static readonly ConsoleOptions Guarded = new() { Token = ObservedConsole.Token };

    [Fact]
    public async Task Every_answer_forbids_what_is_not_the_consoles_own_and_the_apis_are_not_kept()
    {
        await using var console = await ObservedConsole.StartAsync();

        foreach (var path in (string[])["", "assets/nothing.js", "api/graph", "api/stages/Nope"])
        {
            using var answer = await console.Client.GetAsync(path);
            Assert.Equal(
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
                answer.Headers.GetValues("Content-Security-Policy").Single());
            Assert.Equal(("nosniff", "no-referrer"), (answer.Headers.GetValues("X-Content-Type-Options").Single(), answer.Headers.GetValues("Referrer-Policy").Single()));
            Assert.Equal(path.StartsWith("api/", StringComparison.Ordinal), answer.Headers.CacheControl!.NoStore);
            Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        }
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("localhost.evil.example:7071")]
    [InlineData("10.0.0.1")]
    public async Task A_foreign_name_that_leads_here_is_refused(string host)
    {
        await using var console = await ObservedConsole.StartAsync();
        foreach (var path in (string[])["", "api/session", "api/graph"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Host = host;

            using var answer = await console.Client.SendAsync(request);

            Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("localhost:9999")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]:7071")]
    public async Task Names_of_this_machine_are_answered(string host)
    {
        await using var console = await ObservedConsole.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/graph");
        request.Headers.Host = host;

        using var answer = await console.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Without_a_token_a_connection_to_an_address_that_others_reach_is_refused()
    {
        using var cluster = new Millrace.Local.Tests.ObservedCluster(withTopics: false);
        var gate = new ConsoleGate(new ConsoleOptions(), cluster.Platform, NullLogger.Instance);
        var http = new DefaultHttpContext();
        http.Request.Host = new HostString("localhost");
        http.Connection.LocalIpAddress = IPAddress.Parse("10.0.0.1");

        await gate.AnswerAsync(http, ConsoleAccess.Page, _ => throw new InvalidOperationException("It was let in."));

        Assert.Equal(StatusCodes.Status403Forbidden, http.Response.StatusCode);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "http://127.0.0.1:1")]
    [InlineData("Origin", "null")]
    public async Task What_another_sites_page_asks_for_is_refused(string header, string value)
    {
        await using var console = await ObservedConsole.StartAsync(new ConsoleOptions { AllowChanges = true });
        using var read = new HttpRequestMessage(HttpMethod.Get, "api/graph");
        read.Headers.TryAddWithoutValidation(header, value);

        using var answer = await console.Client.SendAsync(read);
        var (status, problem) = await console.PostAsync(Events, "{}", (header, value));

        Assert.Equal((HttpStatusCode.Forbidden, 403, "Not from this console's pages"), (answer.StatusCode, status, problem.GetProperty("title").GetString()));
    }

    [Fact]
    public async Task What_the_consoles_own_pages_ask_for_is_answered()
    {
        await using var console = await ObservedConsole.StartAsync();

        var (first, _) = await console.PostAsync($"api/streams/{Input}/validate", "{}", ("Origin", console.Server.Address.GetLeftPart(UriPartial.Authority)));
        var (second, _) = await console.PostAsync($"api/streams/{Input}/validate", "{}", ("Origin", "https://console.example"), ("Sec-Fetch-Site", "same-origin"));

        Assert.Equal((200, 200), (first, second));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0000")]
    public async Task What_is_posted_without_what_only_the_pages_know_is_refused(string csrf)
    {
        await using var console = await ObservedConsole.StartAsync(new ConsoleOptions { AllowChanges = true });
        await console.OkAsync("api/session");

        foreach (var path in (string[])[Events, $"api/streams/{Input}/validate"])
        {
            Assert.Equal(403, (await console.PostAsync(path, "{}", ("X-Millrace-Csrf", csrf))).Status);
        }
    }

    [Fact]
    public async Task What_one_session_knows_is_of_no_use_to_another()
    {
        await using var console = await ObservedConsole.StartAsync();
        using var other = new HttpClient { BaseAddress = console.Client.BaseAddress };
        var csrf = System.Text.Json.JsonElement.Parse(await other.GetStringAsync("api/session")).GetProperty("csrf").GetString()!;
        await console.OkAsync("api/session");

        Assert.Equal(403, (await console.PostAsync($"api/streams/{Input}/validate", "{}", ("X-Millrace-Csrf", csrf))).Status);
    }

    [Fact]
    public async Task A_console_that_only_reads_says_why_it_sends_nothing()
    {
        await using var console = await ObservedConsole.StartAsync();

        var (status, problem) = await console.PostAsync(Events, "{}");

        Assert.Equal((403, "This console only reads"), (status, problem.GetProperty("title").GetString()));
        Assert.Contains("--allow-changes", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.False((await console.OkAsync("api/session")).GetProperty("allowChanges").GetBoolean());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer ")]
    [InlineData("Bearer a token of sixteen or morE")]
    [InlineData("Basic a token of sixteen or more")]
    public async Task Without_the_token_there_is_nothing_but_the_pages(string? authorization)
    {
        await using var console = await ObservedConsole.StartAsync(Guarded);
        if (authorization is not null)
        {
            console.Client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);
        }

        foreach (var path in (string[])["api/session", "api/graph", "api/live", "api/stages/PageChange", $"api/streams/{Input}", $"api/streams/{Input}/tail", "api/errors", "api/errors/1", "api/trace/1"])
        {
            Assert.Equal((path, 401), (path, (await console.GetAsync(path)).Status));
        }

        Assert.Equal(401, (await console.PostAsync(Events, "{}", ("X-Millrace-Csrf", ""))).Status);
        using var page = await console.Client.GetAsync("");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    [Fact]
    public async Task The_token_lets_a_program_in_by_itself()
    {
        await using var console = await ObservedConsole.StartAsync(Guarded);
        console.Client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {ObservedConsole.Token}");

        await console.OkAsync("api/graph");
        Assert.Equal(200, (await console.PostAsync($"api/streams/{Input}/validate", "{}", ("X-Millrace-Csrf", ""))).Status);
    }

    [Fact]
    public async Task Signing_in_takes_the_token_and_gives_a_cookie_that_scripts_and_other_sites_do_not_have()
    {
        await using var console = await ObservedConsole.StartAsync(Guarded);

        var (wrong, _) = await console.PostAsync("api/sign-in", """{"token":"another token of any length"}""", ("X-Millrace-Csrf", ""));
        using var content = new StringContent($$"""{"token":"{{ObservedConsole.Token}}"}""");
        using var right = await console.Client.PostAsync("api/sign-in", content);

        Assert.Equal((401, HttpStatusCode.NoContent), (wrong, right.StatusCode));
        var cookie = right.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("path=", cookie, StringComparison.OrdinalIgnoreCase);
        await console.OkAsync("api/graph");
        Assert.Equal(200, (await console.PostAsync($"api/streams/{Input}/validate", "{}")).Status);
        Assert.Contains(console.Log.Lines, line => line.StartsWith("Warning:", StringComparison.Ordinal) && line.Contains("tried to sign in", StringComparison.Ordinal));
        Assert.DoesNotContain(console.Log.Lines, line => line.Contains("another token", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Signing_out_ends_it()
    {
        await using var console = await ObservedConsole.StartAsync(Guarded);
        await console.PostAsync("api/sign-in", $$"""{"token":"{{ObservedConsole.Token}}"}""", ("X-Millrace-Csrf", ""));

        await console.PostAsync("api/sign-out", "", ("X-Millrace-Csrf", ""));

        Assert.Equal(401, (await console.GetAsync("api/graph")).Status);
    }

    [Fact]
    public async Task A_session_ends_by_itself()
    {
        var clock = new FakeTimeProvider();
        await using var console = await ObservedConsole.StartAsync(Guarded with { Time = clock });
        await console.PostAsync("api/sign-in", $$"""{"token":"{{ObservedConsole.Token}}"}""", ("X-Millrace-Csrf", ""));

        clock.Advance(SessionCookie.Lifetime - TimeSpan.FromSeconds(1));
        var (before, _) = await console.GetAsync("api/graph");
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((200, 401), (before, (await console.GetAsync("api/graph")).Status));
    }

    [Theory]
    [InlineData("0", ".1.x")]
    [InlineData("", "")]
    [InlineData("ffffffffffffffffffffffffffffffff", ".99999999999.00")]
    public async Task A_cookie_that_the_console_did_not_write_is_none(string nonce, string rest)
    {
        await using var console = await ObservedConsole.StartAsync(Guarded);
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/graph");
        request.Headers.Add("Cookie", $"millrace-console-{console.Server.Address.Port}={nonce}{rest}");

        using var answer = await console.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        await using var console = await ObservedConsole.StartAsync();

        var (status, problem) = await console.PostAsync($"api/streams/{Input}/validate", new string(' ', SendApi.MostBytes + 1));

        Assert.Equal((413, "Too large"), (status, problem.GetProperty("title").GetString()));
    }

    [Fact]
    public async Task An_unknown_route_is_not_found_and_a_wrong_method_is_told()
    {
        await using var console = await ObservedConsole.StartAsync();

        using var unknown = await console.Client.GetAsync("api/nothing");
        using var wrong = await console.Client.DeleteAsync("api/graph");

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed), (unknown.StatusCode, wrong.StatusCode));
    }
}
