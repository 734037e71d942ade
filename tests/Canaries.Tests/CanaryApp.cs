using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Millrace.Broker;
using Millrace.Kafka;

namespace Millrace.Canaries.Tests;

/// <summary>The function app with its own catalog, over a broker of the test's.</summary>
internal sealed class CanaryApp : IDisposable
{
    /// <summary>The longest that a test waits for what must happen; none asserts on it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static readonly DateTimeOffset Noon = DateTimeOffset.UnixEpoch.AddYears(56).AddHours(12);

    public EmbeddedBroker Broker { get; } = EmbeddedBroker.Start(new EmbeddedBrokerOptions { DefaultPartitions = 1 });

    public KafkaOptions Kafka => new() { BootstrapServers = Broker.BootstrapServers };

    /// <summary>An app that runs only these functions.</summary>
    public IHost Build(string[] functions, Action<IHostApplicationBuilder> configure, params string[] settings) => Functions.Program.Build(
        [
            $"--KAFKA_BOOTSTRAP_SERVERS={Broker.BootstrapServers}", $"--Millrace:Catalog={AppContext.BaseDirectory}", $"--AzureWebJobsScriptRoot={AppContext.BaseDirectory}",
            .. functions.Select((function, index) => $"--AzureFunctionsJobHost:functions:{index}={function}"), .. settings,
        ],
        builder =>
        {
            builder.Logging.ClearProviders();
            configure(builder);
        });

    /// <summary>The first records of a topic, with their keys.</summary>
    public async Task<List<(JsonElement Event, string Key)>> ReadAsync(string topic, int count)
    {
        using var patience = new CancellationTokenSource(Patience);
        var events = new List<(JsonElement, string)>();
        await foreach (var record in new TopicReader(Kafka).ReadAsync([topic], patience.Token))
        {
            events.Add((JsonElement.Parse(record.Value!), Encoding.UTF8.GetString(record.Key ?? [])));
            if (events.Count == count)
            {
                break;
            }
        }

        return events;
    }

    /// <summary>How many offsets a topic has used.</summary>
    public async Task<long> CountAsync(string topic) => (await new TopicReader(Kafka).EndsAsync([topic])).Values.Sum();

    public void Dispose() => Broker.Dispose();
}
