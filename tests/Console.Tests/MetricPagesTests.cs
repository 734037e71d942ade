using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Millrace.Local;

namespace Millrace.Console.Tests;

public sealed class MetricPagesTests : IAsyncLifetime
{
    private const string First = """
        # TYPE messaging_process_duration_seconds histogram
        messaging_process_duration_seconds_bucket{otel_scope_name="Millrace",millrace_stage="PageChange",le="0.005"} 10 1700000000000
        messaging_process_duration_seconds_bucket{otel_scope_name="Millrace",millrace_stage="PageChange",le="0.01"} 50 1700000000000
        messaging_process_duration_seconds_bucket{otel_scope_name="Millrace",millrace_stage="PageChange",le="+Inf"} 50 1700000000000
        messaging_process_duration_seconds_bucket{millrace_stage="Other \"quoted\"",le="+Inf"} 1
        millrace_lookup_circuit_state{millrace_lookup_name="wiki"} 0
        no metric at all {{{
        """;

    private const string Second = """
        messaging_process_duration_seconds_bucket{millrace_stage="PageChange",error_type="timeout",le="0.005"} 0
        messaging_process_duration_seconds_bucket{millrace_stage="PageChange",error_type="timeout",le="0.01"} 0
        messaging_process_duration_seconds_bucket{millrace_stage="PageChange",error_type="timeout",le="+Inf"} 50
        millrace_lookup_circuit_state{millrace_lookup_name="wiki"} 2
        """;

    private WebApplication _pages = null!;
    private Uri _address = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        _pages = builder.Build();
        _pages.Run(http => http.Request.Path.Value switch
        {
            "/1" => http.Response.WriteAsync(First),
            "/2" => http.Response.WriteAsync(Second),
            "/elsewhere" => Redirect(http),
            _ => http.Response.WriteAsync(new string('x', 9 * 1024 * 1024)),
        });
        await _pages.StartAsync();
        _address = new Uri(_pages.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public async Task DisposeAsync() => await _pages.DisposeAsync();

    [Fact]
    public async Task Latencies_are_those_of_all_processes_by_their_histograms()
    {
        using var pages = Pages("1", "2");

        var latencies = await pages.ReadAsync("PageChange", CancellationToken.None);

        // The 50th of 100 is the last of the bucket that ends at 10 ms; what is beyond the last bound is at it.
        Assert.Equal(new StageLatencies(10, 10), latencies);
    }

    [Fact]
    public async Task Within_a_bucket_they_lie_evenly()
    {
        using var pages = Pages("1");

        Assert.Equal(6.9, (await pages.ReadAsync("PageChange", CancellationToken.None))!.P50Ms);
    }

    [Fact]
    public async Task A_lookups_circuit_is_the_worst_of_all_processes()
    {
        using var pages = Pages("1", "2");

        Assert.Equal([new LookupState("wiki", "open")], await pages.LookupsAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData("large")]
    [InlineData("elsewhere")]
    public async Task A_page_that_cannot_be_used_is_left_out(string path)
    {
        using var pages = Pages(path, "1");

        Assert.Equal([new LookupState("wiki", "closed")], await pages.LookupsAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Of_a_stage_that_has_had_no_event_nothing_is_known()
    {
        using var pages = Pages("1");

        Assert.Null(await pages.ReadAsync("PageContentChange", CancellationToken.None));
    }

    [Fact]
    public async Task The_console_shows_what_the_pages_say()
    {
        await using var console = await ObservedConsole.StartAsync(new ConsoleOptions { Metrics = [new Uri(_address, "1")] });

        var stage = await console.OkAsync("api/stages/PageChange");

        Assert.Equal((6.9, "wiki"), (stage.GetProperty("latencies").GetProperty("p50Ms").GetDouble(), stage.GetProperty("lookups")[0].GetProperty("name").GetString()));
        Assert.True((await console.OkAsync("api/session")).GetProperty("metrics").GetBoolean());
    }

    private MetricPages Pages(params string[] paths) => new(() => [.. paths.Select(path => new Uri(_address, path))], TimeProvider.System);

    private static Task Redirect(HttpContext http)
    {
        http.Response.Redirect("/2");
        return Task.CompletedTask;
    }
}
