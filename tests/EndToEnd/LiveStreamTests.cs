using Confluent.Kafka;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Millrace.Broker;
using Millrace.FunctionsHost;

namespace Millrace.EndToEnd;

/// <summary>A real server-sent-events stream as the feed, here one that cuts its connections.</summary>
public sealed class LiveStreamTests
{
    private const int Events = 60;

    [Fact]
    public async Task A_stream_that_is_cut_again_and_again_is_read_to_its_end_once()
    {
        await using var server = await StartAsync();
        using var millrace = new MillraceCommand();

        var run = await millrace.RunAsync("dev", "--port", "0", "--live", server.Urls.Single(), "--timeout", "12", "--output", millrace.Output, "--json");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal((Events, Events, 0, 0, 0), run.Account("PageContentChange"));
        Assert.Equal(
            Enumerable.Range(1, Events),
            millrace.Events("mediawiki.page_content_change.v1").Select(change => change.GetProperty("revision").GetProperty("rev_id").GetInt32()).Order());
    }

    [Fact]
    public async Task The_platform_reads_what_the_platform_serves()
    {
        await using var broker = EmbeddedBroker.Start();
        broker.CreateTopic("mediawiki.revision-create", 4);
        using (var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = broker.BootstrapServers }).Build())
        {
            await Task.WhenAll(Enumerable.Range(1, Events).Select(n => producer.ProduceAsync("mediawiki.revision-create", new Message<Null, string> { Value = Edit(n) })));
        }

        using var app = Functions.Program.Build(
            [
                $"--KAFKA_BOOTSTRAP_SERVERS={broker.BootstrapServers}", $"--Millrace:Catalog={AppContext.BaseDirectory}", $"--AzureWebJobsScriptRoot={AppContext.BaseDirectory}",
                "--FunctionsHost:Port=0", "--AzureFunctionsJobHost:functions:0=EventStreams",
            ],
            builder => builder.Logging.ClearProviders());
        await app.StartAsync();
        var address = app.Services.GetRequiredService<FunctionsHostStatus>().HttpAddress!;
        using var millrace = new MillraceCommand();

        var run = await millrace.RunAsync("dev", "--port", "0", "--live", $"{address}v2/stream/mediawiki.revision-create?since=0", "--timeout", "15", "--output", millrace.Output, "--json");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal((Events, Events, 0, 0, 0), run.Account("PageContentChange"));
        await app.StopAsync();
    }

    // Ten whole events to a connection, then half of one, and the connection ends. Once there are no more, it stays silent.
    private static async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        server.Run(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            var last = int.TryParse(context.Request.Headers["Last-Event-ID"], out var id) ? id : 0;
            await context.Response.WriteAsync("retry: 50\n\n");
            for (var n = last + 1; n <= Math.Min(last + 10, Events); n++)
            {
                await context.Response.WriteAsync($"id: {n}\ndata: {Edit(n)}\n\n");
            }

            if (last + 10 < Events)
            {
                await context.Response.WriteAsync($"id: {last + 11}\ndata: {Edit(last + 11)[..100]}");
                return;
            }

            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        await server.StartAsync();
        return server;
    }

    private static string Edit(int n) =>
        $$$"""
        {"$schema":"/mediawiki/revision/create/1.1.0","meta":{"stream":"mediawiki.revision-create","domain":"mill.wikipedia.org","dt":"2026-01-31T12:00:00Z"},"database":"millwiki","page_id":{{{1 + (n % 7)}}},"page_title":"Sluice","page_namespace":0,"page_is_redirect":false,"rev_id":{{{n}}},"rev_parent_id":{{{n + 1_000}}},"rev_timestamp":"2026-01-31T12:00:00Z","rev_len":10}
        """;
}
