using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Millrace.Broker;
using Millrace.Kafka;
using Millrace.Local;

namespace Millrace.EndToEnd;

/// <summary>A developer lets a stage of <c>millrace dev</c> work on everything again.</summary>
public sealed class RewindTests
{
    private const int Events = 20;
    private const string Broken = """{"$schema":"/mediawiki/revision/create/1.1.0","meta":{"id":"broken","stream":"mediawiki.revision-create"}}""";

    [Fact]
    public async Task After_the_session_has_ended_a_stage_is_rewound_and_the_next_session_does_everything_again_under_the_same_ids()
    {
        using var millrace = new MillraceCommand();
        var data = Path.Combine(millrace.Directory, "kept");
        var sample = new SampleEvents(7);
        var first = await millrace.RunAsync("dev", "--data", data, "--until-drained", "--json", "--input", millrace.Write(
            "first.ndjson", [.. Enumerable.Range(0, Events).Select(_ => sample.Next(DateTimeOffset.UnixEpoch.AddYears(50)).Value), Encoding.UTF8.GetBytes(Broken)]));
        Assert.True(first.ExitCode == 0, first.Error);

        string[] rewind = ["rewind", "--stage", "PageChange", "--to", "earliest", "--yes", "--json", "--data", data];
        var input = millrace.Write("second.ndjson", [sample.Next(DateTimeOffset.UnixEpoch.AddYears(50)).Value]);
        using (var dev = millrace.Start("dev", "--port", "0", "--data", data, "--input", millrace.Write("none.ndjson", [])))
        {
            await dev.SaysAsync("Waiting for the functions' partitions");
            await WhenItRunsAsync(millrace, data);
            var beside = await millrace.RunAsync(rewind);
            await dev.SignalAsync("TERM");
            await dev.EndAsync();
            Assert.Equal((1, false), (beside.ExitCode, beside.Summary.GetProperty("done").GetBoolean()));
            Assert.Contains("end `millrace dev` (Ctrl+C) and give this command its --data", beside.Error, StringComparison.Ordinal);
        }

        var rewound = await millrace.RunAsync(rewind);
        Assert.True(rewound.ExitCode == 0, rewound.Error);
        Assert.True(rewound.Summary.GetProperty("done").GetBoolean());
        Assert.Equal(Events + 1, rewound.Summary.GetProperty("again").GetInt64());

        var second = await millrace.RunAsync("dev", "--data", data, "--until-drained", "--json", "--input", input);
        Assert.True(second.ExitCode == 0, second.Error);
        Assert.Equal((Events + 2L, Events + 1L, 0L, 1L, 0L), second.Account("PageChange"));
        Assert.Equal((Events + 1L, Events + 1L, 0L, 0L, 0L), second.Account("PageContentChange"));

        await using var broker = EmbeddedBroker.Start(new EmbeddedBrokerOptions { DataDirectory = data });
        var changes = Ids(broker, "mediawiki.page_change.v1");
        Assert.Equal((Events + 1, Events), (changes.Distinct().Count(), changes.GroupBy(id => id).Count(same => same.Count() == 2)));
        var errors = Ids(broker, "PageChange.error");
        Assert.Equal((2, 1), (errors.Count, errors.Distinct().Count()));
    }

    private static async Task WhenItRunsAsync(MillraceCommand millrace, string data)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await millrace.RunAsync("lag", "--data", data, "--stage", "PageChange", "--json")) is not { ExitCode: 0 or 1 } lag || lag.Stage("PageChange").GetProperty("members").GetInt32() == 0)
        {
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    private static List<string> Ids(EmbeddedBroker broker, string topic)
    {
        var config = new KafkaOptions { BootstrapServers = broker.BootstrapServers }.CreateConsumerConfig("reading");
        config.EnablePartitionEof = true;
        using var consumer = new ConsumerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).Build();
        consumer.Assign(Enumerable.Range(0, broker.Topics[topic]).Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        var ids = new List<string>();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        for (var left = broker.Topics[topic]; left > 0;)
        {
            var next = consumer.Consume(patience.Token);
            if (next.IsPartitionEOF)
            {
                left--;
            }
            else
            {
                ids.Add(JsonElement.Parse(next.Message.Value).GetProperty("meta").GetProperty("id").GetString()!);
            }
        }

        return ids;
    }
}
