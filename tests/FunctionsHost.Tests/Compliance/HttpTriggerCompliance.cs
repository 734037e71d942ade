using System.Net;
using System.Net.Http.Json;

namespace Millrace.FunctionsHost.Tests;

/// <summary>Functions of a route.</summary>
public abstract class HttpTriggerCompliance(IHostUnderTest host) : HostCompliance(host)
{
    [Fact]
    public async Task A_request_is_answered_with_what_the_function_returns()
    {
        await using var observer = await Observer.StartAsync();
        await using var host = await StartAsync("Echo", observer);
        using var client = new HttpClient { BaseAddress = host.HttpAddress };

        using var answer = await client.PostAsync("v1/things/lamp/7?q=bright", new StringContent("wärme"));

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal(new Echoed("lamp", 7, "bright", "wärme"), await answer.Content.ReadFromJsonAsync<Echoed>());
        Assert.Equal("Echo", (await observer.NextAsync()).Report.Function);
    }

    [Fact]
    public async Task A_part_of_the_route_may_be_left_out()
    {
        await using var observer = await Observer.StartAsync();
        await using var host = await StartAsync("Echo", observer);
        using var client = new HttpClient { BaseAddress = host.HttpAddress };

        Assert.Equal(new Echoed("lamp", null, "", ""), await client.GetFromJsonAsync<Echoed>("v1/things/lamp"));
    }

    [Theory]
    [InlineData("GET", "v1/things/lamp/bright", HttpStatusCode.NotFound)]
    [InlineData("GET", "things/lamp", HttpStatusCode.NotFound)]
    [InlineData("GET", "v1/THINGS/lamp", HttpStatusCode.Accepted)]
    public async Task A_request_that_does_not_fit_the_route_is_not_found(string method, string path, HttpStatusCode status)
    {
        await using var observer = await Observer.StartAsync();
        await using var host = await StartAsync("Echo", observer);
        using var client = new HttpClient { BaseAddress = host.HttpAddress };

        using var answer = await client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task A_method_that_the_trigger_does_not_name_is_refused()
    {
        await using var observer = await Observer.StartAsync();
        await using var host = await StartAsync("Echo", observer);
        using var client = new HttpClient { BaseAddress = host.HttpAddress };

        using var answer = await client.DeleteAsync("v1/things/lamp");

        Assert.False(answer.IsSuccessStatusCode);
        Assert.Equal(0, observer.Count);
    }

    [Fact]
    public async Task An_action_result_is_executed_and_any_method_is_answered_where_none_is_named()
    {
        await using var observer = await Observer.StartAsync();
        await using var host = await StartAsync("Teapot", observer);
        using var client = new HttpClient { BaseAddress = host.HttpAddress };

        using var answer = await client.PutAsync("v1/teapot", null);

        Assert.Equal((HttpStatusCode)418, answer.StatusCode);
        Assert.Equal("PUT", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_function_that_throws_answers_with_an_error_that_tells_nothing()
    {
        await using var observer = await Observer.StartAsync(_ => throw new InvalidOperationException("a secret"));
        await using var host = await StartAsync("Echo", observer);
        using var client = new HttpClient { BaseAddress = host.HttpAddress };

        using var answer = await client.GetAsync("v1/things/lamp");

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.DoesNotContain("a secret", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_goes_away_cancels_the_call()
    {
        await using var observer = await Observer.StartAsync(call => call.UntilCancelledAsync());
        await using var host = await StartAsync("Echo", observer);
        using var client = new HttpClient { BaseAddress = host.HttpAddress };
        using var gone = new CancellationTokenSource();

        var answer = client.GetAsync("v1/things/lamp", gone.Token);
        var call = await observer.NextAsync();
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.UntilCancelledAsync().WaitAsync(Calls.Patience));
    }

    [Fact]
    public async Task Middleware_and_scopes_are_those_of_any_call()
    {
        await using var observer = await Observer.StartAsync();
        await using var host = await StartAsync("Echo", observer);
        using var client = new HttpClient { BaseAddress = host.HttpAddress };

        await client.GetStringAsync("v1/things/lamp");
        var report = (await observer.NextAsync()).Report;

        Assert.Equal(["outer", "inner", "function"], report.Trail);
        Assert.Equal("outer, inner, function, inner out, outer out", await observer.NoteAsync());
        Assert.Equal($"disposed {report.Instances[0]}", await observer.NoteAsync());
    }

    private sealed record Echoed(string Name, int? Id, string Query, string Body);
}
