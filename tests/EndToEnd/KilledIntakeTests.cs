using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Millrace.Broker;
using Millrace.Kafka;
using Xunit.Abstractions;

namespace Millrace.EndToEnd;

/// <summary>An intake that is killed at any moment has stored whatever it said that it had.</summary>
public sealed class KilledIntakeTests(ITestOutputHelper output)
{
    private const string Topic = "mediawiki.revision-create";
    private const int Clients = 8;

    [Fact]
    public async Task What_was_answered_201_is_there_after_a_kill()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        using var broker = EmbeddedBroker.Start();
        broker.CreateTopic(Topic, 4);
        var port = FreePort();
        using var worker = WorkerProcess.Start(new Dictionary<string, string>
        {
            ["KAFKA_BOOTSTRAP_SERVERS"] = broker.BootstrapServers,
            ["FunctionsHost__Port"] = port.ToString(CultureInfo.InvariantCulture),
            ["AzureFunctionsJobHost__functions__0"] = "PostEvents",
        });
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
        var stored = new ConcurrentBag<string>();
        try
        {
            // A kill in the middle of many requests: each has an answer, or none.
            var clients = Enumerable.Range(0, Clients).Select(number => PostAsync(client, number, stored, patience.Token)).ToList();
            while (stored.Count < 500)
            {
                patience.Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }

            await worker.KillAsync();
            await Task.WhenAll(clients);
        }
        finally
        {
            output.WriteLine(worker.Said);
        }

        var missing = stored.ToHashSet();
        await foreach (var record in new TopicReader(new KafkaOptions { BootstrapServers = broker.BootstrapServers }).ReadAsync([Topic], patience.Token))
        {
            missing.Remove(JsonElement.Parse(record.Value).GetProperty("meta").GetProperty("id").GetString()!);
            if (missing.Count == 0)
            {
                break;
            }
        }

        Assert.Empty(missing);
    }

    private static async Task PostAsync(HttpClient client, int number, ConcurrentBag<string> stored, CancellationToken cancellation)
    {
        var example = JsonElement.Parse(await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "jsonschema", "mediawiki", "revision", "create", "1.1.0.json"), cancellation)).GetProperty("examples")[0];
        var text = example.GetRawText();
        var id = example.GetProperty("meta").GetProperty("id").GetString()!;
        var wasUp = false;
        for (var n = 0; ; n++)
        {
            cancellation.ThrowIfCancellationRequested();
            var own = $"{number:x8}-0000-4000-8000-{n:x12}";
            using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text.Replace(id, own, StringComparison.Ordinal)));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            try
            {
                using var answer = await client.PostAsync("v1/events", content, cancellation);
                Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
                stored.Add(own);
                wasUp = true;
            }
            catch (HttpRequestException)
            {
                // Before it listens there is nobody to answer, and when it is killed there is nobody any more.
                if (wasUp)
                {
                    return;
                }

                await Task.Yield();
            }
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
