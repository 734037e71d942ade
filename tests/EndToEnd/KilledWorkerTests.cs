using System.Globalization;
using System.Text.Json;
using Confluent.Kafka;
using Millrace.Broker;
using Millrace.Core;
using Millrace.Kafka;
using Millrace.Local;
using Xunit.Abstractions;

namespace Millrace.EndToEnd;

/// <summary>A worker that is killed at any moment loses nothing and repeats nothing: the next one continues.</summary>
public sealed class KilledWorkerTests(ITestOutputHelper output)
{
    private const int Events = 600;
    private const int Kills = 3;

    [Fact]
    public async Task A_worker_that_is_killed_again_and_again_loses_and_repeats_nothing_and_keeps_each_page_s_order()
    {
        var seed = Environment.GetEnvironmentVariable("MILLRACE_SEED") is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();
        output.WriteLine($"MILLRACE_SEED={seed}");
        var random = new Random(seed);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        using var broker = EmbeddedBroker.Start();
        foreach (var topic in (string[])["mediawiki.revision-create", "mediawiki.page-create", "mediawiki.page_change.v1", "mediawiki.page_content_change.v1", "PageChange.error", "PageContentChange.error"])
        {
            broker.CreateTopic(topic, 4);
        }

        await using var wiki = await WikiApi.StartAsync(new WikiApiOptions { Latency = TimeSpan.FromMilliseconds(20) }, TimeProvider.System, patience.Token);
        var kafka = new KafkaOptions { BootstrapServers = broker.BootstrapServers };
        var fed = Feed(kafka);
        var settings = new Dictionary<string, string>
        {
            ["KAFKA_BOOTSTRAP_SERVERS"] = broker.BootstrapServers,
            ["Stages__PageContentChange__Settings__ApiTemplate"] = $"{wiki.BaseAddress}{{domain}}/w/api.php",
            ["Stages__PageContentChange__Settings__Lookup__AllowedHosts__0"] = wiki.BaseAddress.Host,
            ["Stages__PageContentChange__Options__Concurrency"] = "4",

            // Only what was fed is to come out, whatever the time of day.
            ["Canaries__Enabled"] = "false",
            ["AzureFunctionsJobHost__extensions__kafka__maxBatchSize"] = "50",
            ["AzureFunctionsJobHost__extensions__kafka__sessionTimeoutMs"] = "3000",
        };

        var enriched = new List<(EventRecord Record, JsonElement Change)>();
        var worker = WorkerProcess.Start(settings);
        var kills = new Queue<int>(Enumerable.Range(1, Kills).Select(n => (n * Events / (Kills + 2)) + random.Next(Events / 10)));
        try
        {
            await foreach (var record in new TopicReader(kafka).ReadAsync(["mediawiki.page_content_change.v1"], patience.Token))
            {
                enriched.Add((record, JsonElement.Parse(record.Value)));
                if (kills.TryPeek(out var due) && enriched.Count >= due)
                {
                    kills.Dequeue();
                    await worker.KillAsync();
                    worker.Dispose();
                    worker = WorkerProcess.Start(settings);
                }

                if (enriched.Select(entry => Revision(entry.Change)).Distinct().Count() == Events)
                {
                    break;
                }
            }
        }
        finally
        {
            output.WriteLine(worker.Said);
            worker.Dispose();
        }

        Assert.Empty(kills);
        Assert.Equal(fed.Values.SelectMany(revisions => revisions).Order(), enriched.Select(entry => Revision(entry.Change)).Order());
        Assert.All(enriched.GroupBy(entry => entry.Change.Child("page").Child("page_id").Number()!.Value), page =>
            Assert.Equal(fed[page.Key], page.OrderBy(entry => entry.Record.Position.Offset).Select(entry => Revision(entry.Change))));
    }

    /// <returns>The revisions of each page, in order.</returns>
    private static Dictionary<long, List<long>> Feed(KafkaOptions options)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(options.CreateProducerConfig()).Build();
        var sample = new SampleEvents(seed: 7);
        var key = new MessageKey([new("wiki_id", "database"), new("page_id", "page_id")]);
        var fed = new Dictionary<long, List<long>>();
        for (var n = 0; n < Events; n++)
        {
            var (_, value) = sample.Next(DateTimeOffset.UnixEpoch.AddYears(50));
            var edit = JsonElement.Parse(value);
            key.TryCreate(edit, out var bytes, out _);
            var page = edit.Child("page_id").Number()!.Value;
            (fed.TryGetValue(page, out var revisions) ? revisions : fed[page] = []).Add(edit.Child("rev_id").Number()!.Value);

            // All through one topic: between two there is no order to keep.
            var text = System.Text.Encoding.UTF8.GetString(value).Replace("mediawiki.page-create", "mediawiki.revision-create", StringComparison.Ordinal);
            producer.Produce("mediawiki.revision-create", new Message<byte[], byte[]> { Key = bytes!, Value = System.Text.Encoding.UTF8.GetBytes(text) });
        }

        producer.Flush(TimeSpan.FromSeconds(30));
        return fed;
    }

    private static long Revision(JsonElement change) => change.Child("revision").Child("rev_id").Number()!.Value;
}
