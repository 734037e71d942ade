using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Millrace.FunctionsHost.Tests;

/// <summary>What the stand-in alone does about requests: where it listens, and for whom.</summary>
public sealed class HttpHostTests
{
    private const string Key = "0123456789abcdef";
    private const string Master = "fedcba9876543210";

    [Fact]
    public async Task Without_a_port_nothing_listens()
    {
        using var host = Build("Open", withPort: false);

        await host.StartAsync();

        Assert.Null(host.Services.GetRequiredService<FunctionsHostStatus>().HttpAddress);
        await host.StopAsync();
    }

    [Fact]
    public async Task Routes_begin_with_api_unless_the_host_file_says_otherwise_and_the_loopback_interface_is_the_default()
    {
        using var host = Build("Open");
        using var client = await StartAsync(host);

        Assert.Equal("open", await client.GetStringAsync("api/Open"));
        Assert.Equal("127.0.0.1", client.BaseAddress!.Host);
        await host.StopAsync();
    }

    [Theory]
    [InlineData("Keyed", null, HttpStatusCode.Unauthorized)]
    [InlineData("Keyed", "0123456789abcdeF", HttpStatusCode.Unauthorized)]
    [InlineData("Keyed", Key, HttpStatusCode.OK)]
    [InlineData("Keyed", Master, HttpStatusCode.OK)]
    [InlineData("Mastered", Key, HttpStatusCode.Unauthorized)]
    [InlineData("Mastered", Master, HttpStatusCode.OK)]
    public async Task A_function_with_a_level_is_called_with_its_key_only(string function, string? key, HttpStatusCode status)
    {
        using var host = Build(function, settings: [$"--FunctionsHost:FunctionKey={Key}", $"--FunctionsHost:MasterKey={Master}"]);
        using var client = await StartAsync(host);
        using var withHeader = new HttpRequestMessage(HttpMethod.Get, $"api/{function}");
        withHeader.Headers.Add("x-functions-key", key is null ? [] : [key]);

        Assert.Equal(status, (await client.SendAsync(withHeader)).StatusCode);
        Assert.Equal(status, (await client.GetAsync($"api/{function}?code={key}")).StatusCode);
        await host.StopAsync();
    }

    [Theory]
    [InlineData("Keyed", "set FunctionsHost:FunctionKey or FunctionsHost:MasterKey")]
    [InlineData("Mastered", "set FunctionsHost:MasterKey", "--FunctionsHost:FunctionKey=" + Key)]
    [InlineData("Keyed", "FunctionsHost:FunctionKey is too short. Allowed are 16", "--FunctionsHost:FunctionKey=short")]
    [InlineData("Open", "FunctionsHost:Port is '70000'. Allowed is 0", "--FunctionsHost:Port=70000")]
    [InlineData("Open", "FunctionsHost:Address is 'here'. Allowed is an IP address", "--FunctionsHost:Address=here")]
    [InlineData("Personal", "AuthLevel is User; allowed is Anonymous, Function or Admin")]
    [InlineData("Misrouted", "which is no route")]
    [InlineData("Again", "has no retries")]
    [InlineData("Text", "IActionResult")]
    [InlineData("Stranger", "'stranger' of type String cannot be bound")]
    [InlineData("Unscheduled", "TimerTrigger.Schedule: 'often' is no schedule")]
    public async Task What_cannot_be_served_is_refused_at_start(string function, string why, params string[] settings)
    {
        using var host = Build(function, settings: settings);

        var refusal = await Assert.ThrowsAsync<FunctionsHostException>(() => host.StartAsync());

        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_functions_of_one_route_are_refused()
    {
        using var host = Build("Open", settings: "--AzureFunctionsJobHost:functions:1=AlsoOpen");

        Assert.Contains("'AlsoOpen' and 'Open' both answer /api/", (await Assert.ThrowsAsync<FunctionsHostException>(() => host.StartAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_refused_by_its_setting()
    {
        using var first = Build("Open");
        using var client = await StartAsync(first);
        using var second = Build("Open", settings: $"--FunctionsHost:Port={client.BaseAddress!.Port}");

        Assert.Contains($"on port {client.BaseAddress.Port} (FunctionsHost:Address, FunctionsHost:Port)", (await Assert.ThrowsAsync<FunctionsHostException>(() => second.StartAsync())).Message, StringComparison.Ordinal);
        await first.StopAsync();
    }

    [Fact]
    public async Task Without_the_web_application_functions_with_a_route_are_refused()
    {
        using var host = Build("Open", configure: _ => { });

        Assert.Contains("ConfigureFunctionsWebApplication", (await Assert.ThrowsAsync<FunctionsHostException>(() => host.StartAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_of_the_path_of_another_type_is_a_bad_request()
    {
        using var host = Build("Numbered");
        using var client = await StartAsync(host);

        Assert.Equal("7", await client.GetStringAsync("api/numbers/7"));
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync("api/numbers/seven")).StatusCode);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_stopping_host_lets_requests_end()
    {
        var calls = new Calls();
        using var host = Build("Waiting", calls: calls);
        using var client = await StartAsync(host);
        var release = new TaskCompletionSource();
        Functions.Release = release.Task;
        var answer = client.GetStringAsync("api/Waiting");
        await calls.NextAsync();

        var stop = host.StopAsync();
        release.SetResult();

        Assert.Equal("done", await answer);
        await stop;
    }

    [Fact]
    public async Task What_the_program_serves_beside_the_functions_has_routes_of_its_own_and_ends_with_the_host()
    {
        using var host = Build("Open", configure: builder =>
        {
            builder.ConfigureFunctionsWebApplication();
            builder.Services.AddSingleton(new WebExtension(app => app.MapGet("/beside", async http =>
            {
                await http.Response.WriteAsync("begun");
                await http.Response.Body.FlushAsync();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, app.Lifetime.ApplicationStopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            })));
        });
        using var client = await StartAsync(host);
        using var beside = await client.GetAsync("beside", HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal("open", await client.GetStringAsync("api/Open"));
        await host.StopAsync();

        Assert.Equal("begun", await beside.Content.ReadAsStringAsync());
    }

    private static IHost Build(string function, bool withPort = true, Calls? calls = null, Action<FunctionsApplicationBuilder>? configure = null, params string[] settings)
    {
        var builder = FunctionsApplication.CreateBuilder(
            [$"--AzureWebJobsScriptRoot={AppContext.BaseDirectory}", $"--AzureFunctionsJobHost:functions:0={function}", .. withPort ? ["--FunctionsHost:Port=0"] : Array.Empty<string>(), .. settings]);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(calls ?? new Calls());
        (configure ?? (web => web.ConfigureFunctionsWebApplication()))(builder);
        return builder.Build();
    }

    private static async Task<HttpClient> StartAsync(IHost host)
    {
        await host.StartAsync();
        return new HttpClient { BaseAddress = host.Services.GetRequiredService<FunctionsHostStatus>().HttpAddress };
    }

    public static class Functions
    {
        public static Task Release { get; set; } = Task.CompletedTask;

        [Function("Open")]
        public static IResult Open([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) => Results.Text("open");

        [Function("AlsoOpen")]
        public static IResult AlsoOpen([HttpTrigger(AuthorizationLevel.Anonymous, Route = "open")] HttpRequest request) => Results.Text("open");

        [Function("Keyed")]
        public static IResult Keyed([HttpTrigger] HttpRequest request) => Results.Ok();

        [Function("Mastered")]
        public static IResult Mastered([HttpTrigger(AuthorizationLevel.Admin)] HttpRequest request) => Results.Ok();

        [Function("Personal")]
        public static IResult Personal([HttpTrigger(AuthorizationLevel.User)] HttpRequest request) => Results.Ok();

        [Function("Misrouted")]
        public static IResult Misrouted([HttpTrigger(AuthorizationLevel.Anonymous, Route = "{")] HttpRequest request) => Results.Ok();

        [Function("Again")]
        [FixedDelayRetry(1, "00:00:00")]
        public static IResult Again([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => Results.Ok();

        [Function("Text")]
        public static string Text([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => "text";

        [Function("Stranger")]
        public static IResult Stranger([HttpTrigger(AuthorizationLevel.Anonymous, Route = "{other}")] HttpRequest request, string stranger) => Results.Text(stranger);

        [Function("Numbered")]
        public static IResult Numbered([HttpTrigger(AuthorizationLevel.Anonymous, Route = "numbers/{number}")] HttpRequest request, int number) => Results.Text($"{number}");

        [Function("Unscheduled")]
        public static void Unscheduled([TimerTrigger("often")] TimerInfo timer) => _ = timer;
    }

    public sealed class WaitingFunction(Calls calls)
    {
        [Function("Waiting")]
        public async Task<IResult> Waiting([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request, FunctionContext context)
        {
            await calls.CallAsync([], context, context.CancellationToken);
            await Functions.Release;
            return Results.Text("done");
        }
    }
}
