using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Millrace.Broker;
using Millrace.FunctionsHost;
using Millrace.Local;

namespace Millrace.Serving.Tests;

/// <summary>The function app that serves streams over HTTP, and the broker that it reads; what a test starts it ends.</summary>
internal sealed class ServingApp : IAsyncDisposable
{
    public const string Stream = "mediawiki.page_change.v1";

    /// <summary>The longest that a test waits for what must happen; none asserts on it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly EmbeddedBroker _broker;
    private readonly IHost _host;

    private ServingApp(EmbeddedBroker broker, IHost host) => (_broker, _host) = (broker, host);

    public string BootstrapServers => _broker.BootstrapServers;

    public Uri Address => _host.Services.GetRequiredService<FunctionsHostStatus>().HttpAddress!;

    public EventStreamServer Server => _host.Services.GetRequiredService<EventStreamServer>();

    public static Task<ServingApp> StartAsync(params string[] settings) => StartOverAsync([Stream], settings);

    public static async Task<ServingApp> StartOverAsync(string[] topics, params string[] settings)
    {
        var broker = EmbeddedBroker.Start();
        foreach (var topic in topics)
        {
            broker.CreateTopic(topic, 3);
        }

        var host = Functions.Program.Build(
            [
                $"--KAFKA_BOOTSTRAP_SERVERS={broker.BootstrapServers}", $"--Millrace:Catalog={AppContext.BaseDirectory}", $"--AzureWebJobsScriptRoot={AppContext.BaseDirectory}",
                "--FunctionsHost:Port=0", "--AzureFunctionsJobHost:functions:0=EventStreams", "--Kafka:Client:fetch.wait.max.ms=10", .. settings,
            ],
            builder => builder.Logging.ClearProviders());
        await host.StartAsync();
        return new ServingApp(broker, host);
    }

    public Uri At(string query = "", string streams = Stream) => new(Address, $"v2/stream/{streams}{query}");

    public IProducer<byte[]?, byte[]?> Producer(string? transactionalId = null) =>
        new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = BootstrapServers, LingerMs = 1, TransactionalId = transactionalId }).SetLogHandler((_, _) => { }).Build();

    /// <summary>Produces values, in turn to the partitions, at successive seconds from 2026 on.</summary>
    public async Task ProduceAsync(IEnumerable<byte[]?> values, string topic = Stream, int firstSecond = 0)
    {
        using var producer = Producer();
        await Task.WhenAll(values.Select((value, index) => producer.ProduceAsync(
            new TopicPartition(topic, index % 3), new Message<byte[]?, byte[]?> { Value = value, Timestamp = new Timestamp(Second(firstSecond + index)) })));
    }

    public Task ProduceAsync(params int[] numbers) => ProduceAsync(numbers.Select(Event));

    public static DateTimeOffset Second(int number) => DateTimeOffset.UnixEpoch.AddYears(56).AddSeconds(number);

    public static byte[] Event(int number) => Event(number, "enwiki");

    public static byte[] Event(int number, string wiki) =>
        Encoding.UTF8.GetBytes($$$"""{"$schema":"/mediawiki/page/change/1.3.0","meta":{"stream":"{{{Stream}}}","domain":"example.org"},"n":{{{number}}},"wiki_id":"{{{wiki}}}","page":{"page_id":{{{number % 7}}}}}""");

    public static int Number(SseEvent item) => JsonElement.Parse(item.Data).GetProperty("n").GetInt32();

    /// <summary>Reads events with the platform's own client.</summary>
    public static async Task<List<SseEvent>> ReadAsync(Uri address, int count, string? lastEventId = null, HttpMessageHandler? handler = null)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var client = new ServerSentEvents(new ServerSentEventsOptions { BaseDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(10) }, TimeProvider.System, handler: handler);
        var events = new List<SseEvent>();
        await foreach (var item in client.ReadAsync(address, lastEventId, patience.Token))
        {
            events.Add(item);
            if (events.Count == count)
            {
                break;
            }
        }

        return events;
    }

    public static async Task UntilAsync(Func<bool> holds)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!holds())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
        }
    }

    public Task StopAsync() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        await _broker.DisposeAsync();
    }
}
