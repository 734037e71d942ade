using System.Text.Json.Nodes;
using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Millrace.Broker;
using Millrace.Core;
using Millrace.FunctionsHost;
using Millrace.Hosting;
using Millrace.Lookups;
using OpenTelemetry.Trace;

namespace Millrace.Telemetry.Tests;

/// <summary>The function app over a broker of its own, with a collector that is not there, after one event of each kind went through it.</summary>
public sealed class TelemetryApp : IAsyncLifetime, IDisposable
{
    public const string Revisions = "mediawiki.revision-create";
    public const string Changes = "mediawiki.page_change.v1";
    public const string Contents = "mediawiki.page_content_change.v1";

    /// <summary>The trace and span that the request came with which brought the event.</summary>
    public const string Trace = "0af7651916cd43dd8448eb211c80319c";

    public const string Parent = "b7ad6b7169203331";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly string _directory = Directory.CreateTempSubdirectory("millrace-telemetry-").FullName;
    private readonly EmbeddedBroker _broker = EmbeddedBroker.Start(new EmbeddedBrokerOptions { DefaultPartitions = 1 });
    private IHost _app = null!;
    private HttpClient _client = null!;

    internal SpanList Spans { get; } = new();

    public IEnumerable<StageRunner> Stages => _app.Services.GetServices<StageRunner>();

    public async Task InitializeAsync()
    {
        foreach (var stream in CatalogFiles.Load(AppContext.BaseDirectory).Streams.Streams)
        {
            _broker.CreateTopic(stream.Name, 1);
        }

        _broker.CreateTopic("PageChange.error", 1);
        _broker.CreateTopic("PageContentChange.error", 1);
        _broker.CreateTopic("ToLake.error", 1);
        WriteCatalog();
        string[] functions = ["PageChange", "PageChange_1", "PageChange_replay", "PageContentChange", "PageContentChange_replay", "ToLake", "ToLake_replay", "PostEvents", "Metrics"];
        _app = Functions.Program.Build(
            [
                $"--KAFKA_BOOTSTRAP_SERVERS={_broker.BootstrapServers}", $"--Millrace:Catalog={_directory}", $"--AzureWebJobsScriptRoot={AppContext.BaseDirectory}",
                "--FunctionsHost:Port=0", "--OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:9", "--Telemetry:LagInterval=00:00:00.050",
                "--Stages:PageContentChange:Settings:Lookup:Cache:MaxBytes=1000000", "--Stages:PageContentChange:Settings:Lookup:Name=wiki",
                "--Stages:PageContentChange:Settings:Lookup:AllowedHosts:0=wiki.example.org",
                "--Stages:PageContentChange:Settings:Lookup:Cache:NegativeTimeToLive=00:00:00", "--Stages:PageContentChange:Settings:ReplicaLag=01:00:00",
                .. functions.Select((function, index) => $"--AzureFunctionsJobHost:functions:{index}={function}"),
            ],
            builder =>
            {
                builder.Logging.ClearProviders();
                builder.Services.AddSingleton(services => new LookupFactory(services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<HttpLookup>>())
                {
                    Transport = _ => new ScriptedWiki(),
                });
                builder.Services.ConfigureOpenTelemetryTracerProvider((_, traces) => traces.AddProcessor(Spans));
            });
        await _app.StartAsync();
        _client = new HttpClient { BaseAddress = _app.Services.GetRequiredService<FunctionsHostStatus>().HttpAddress };
        await _app.Services.GetRequiredService<Canaries.CanaryWriter>().WriteAsync(CancellationToken.None);
        await PostAsync(Example(), $"00-{Trace}-{Parent}-01");
        await ProduceAsync("no JSON"u8.ToArray(), $"00-{Trace}-{Parent}-00");
        Page = await UntilAsync(page =>
            page.Sum("millrace_stage_events_emitted_total", ("millrace_stage", "PageContentChange")) >= 1
            && page.Sum("millrace_stage_events_failed_total", ("millrace_stage", "PageChange")) >= 1
            && page.Sum("millrace_stage_events_filtered_total", ("millrace_stage", "PageContentChange")) >= 1
            && page.Sum("millrace_stage_events_emitted_total", ("millrace_stage", "ToLake")) >= 1
            && page.Has("millrace_stage_lag_time_seconds") && page.Has("millrace_canary_age_seconds"));
    }

    /// <summary>What was scraped when all was done.</summary>
    internal ScrapedPage Page { get; private set; } = null!;

    public async Task DisposeAsync()
    {
        await _app.StopAsync();
        _app.Dispose();
    }

    public void Dispose()
    {
        _client.Dispose();
        _broker.Dispose();
        Spans.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    internal async Task<ScrapedPage> ScrapeAsync() => ScrapedPage.Parse(await _client.GetStringAsync("metrics"));

    internal async Task<ScrapedPage> UntilAsync(Func<ScrapedPage, bool> holds)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var page = await ScrapeAsync();
            if (holds(page))
            {
                return page;
            }

            Assert.False(patience.IsCancellationRequested, $"What is waited for does not come. The last page:\n{page.Text}");
            await Task.Delay(TimeSpan.FromMilliseconds(400), TimeProvider.System, CancellationToken.None);
        }
    }

    // As the app has it, with a connector behind the last stream, and nothing that asks a model.
    private void WriteCatalog()
    {
        var stages = JsonNode.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "stages.json")))!;
        stages["stages"]!["ToLake"] = new JsonObject { ["connector"] = "lake", ["inputs"] = new JsonArray(Contents), ["settings"] = new JsonObject { ["path"] = Path.Combine(_directory, "lake") } };
        File.WriteAllText(Path.Combine(_directory, "stages.json"), stages.ToJsonString());
        File.Copy(Path.Combine(AppContext.BaseDirectory, "streams.json"), Path.Combine(_directory, "streams.json"));
    }

    private async Task PostAsync(byte[] value, string traceParent)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/events") { Content = new ByteArrayContent(value) { Headers = { ContentType = new("application/json") } }, Headers = { { "traceparent", traceParent } } };
        using var answer = await _client.SendAsync(request);
        Assert.True(answer.StatusCode == System.Net.HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
    }

    private async Task ProduceAsync(byte[] value, string traceParent)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = _broker.BootstrapServers }).Build();
        await producer.ProduceAsync(Revisions, new Message<byte[], byte[]> { Key = null!, Value = value, Headers = [new Header("traceparent", System.Text.Encoding.ASCII.GetBytes(traceParent))] });
    }

    private static byte[] Example()
    {
        var schema = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "jsonschema", "mediawiki", "revision", "create"), "*.json").Max()!;
        var example = JsonNode.Parse(File.ReadAllBytes(schema))!["examples"]![0]!;
        example["meta"]!["stream"] = Revisions;
        example["rev_timestamp"] = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
        return System.Text.Encoding.UTF8.GetBytes(example.ToJsonString());
    }
}
