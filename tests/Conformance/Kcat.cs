using System.Diagnostics;
using System.Text.Json;

namespace Millrace.Conformance;

/// <summary>An older client, and a command line that people use.</summary>
public abstract class Kcat(IConformanceCluster cluster, ITestOutputHelper output) : ConformanceSuite(cluster, output)
{
    [KcatBehaviour]
    public async Task It_produces_what_others_consume()
    {
        var topic = await CreateTopicAsync("produced");

        await RunAsync("k1=one\nk2=two\n", "-P", "-t", topic, "-p", "0", "-K", "=", "-H", "origin=kcat", "-z", "gzip");

        var records = ReadAll(topic);
        Assert.Equal([("k1", "one"), ("k2", "two")], records.Select(record => (record.Message.Key!, record.Message.Value!)));
        Assert.All(records, record => Assert.Equal("kcat"u8.ToArray(), record.Message.Headers.GetLastBytes("origin")));
    }

    [KcatBehaviour]
    public async Task It_consumes_what_others_produced_from_any_offset()
    {
        var topic = await CreateTopicAsync("consumed");
        await Producer(config => config.CompressionType = CompressionType.Zstd).SendAsync(topic, "a", "b", "c", "d");

        Assert.Equal("0 a|1 b|2 c|3 d|", await ConsumeAsync(topic, "beginning"));
        Assert.Equal("2 c|3 d|", await ConsumeAsync(topic, "2"));
        Assert.Equal("3 d|", await ConsumeAsync(topic, "-1"));
        Assert.Equal("", await ConsumeAsync(topic, "end"));
    }

    [KcatBehaviour]
    public async Task It_finds_records_by_their_time()
    {
        var topic = await CreateTopicAsync("timed");
        var start = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - 3_600_000;
        var producer = Producer();
        foreach (var second in (int[])[0, 10, 20])
        {
            await producer.ProduceAsync(topic, new Message<string?, string?> { Value = $"{second}", Timestamp = new Timestamp(start + (second * 1000), TimestampType.CreateTime) });
        }

        Assert.Equal("1 10|2 20|", await ConsumeAsync(topic, $"s@{start + 5_000}"));
        Assert.Equal($"{topic} [0] offset 2", (await RunAsync("", "-Q", "-t", $"{topic}:0:{start + 20_000}")).Trim());
    }

    [KcatBehaviour]
    public async Task It_lists_topics_and_their_partitions()
    {
        var topic = await CreateTopicAsync("listed", 3);

        using var listed = JsonDocument.Parse(await RunAsync("", "-L", "-J", "-t", topic));

        Assert.NotEmpty(listed.RootElement.GetProperty("brokers").EnumerateArray());
        Assert.Equal(3, listed.RootElement.GetProperty("topics")[0].GetProperty("partitions").GetArrayLength());
    }

    [KcatBehaviour]
    public async Task It_consumes_in_a_group_and_resumes()
    {
        var topic = await CreateTopicAsync("grouped");
        await Producer().SendAsync(topic, "a", "b", "c", "d");

        Assert.Equal("a\nb\n", await RunAsync("", "-G", Name("g"), "-q", "-c", "2", "-X", "auto.offset.reset=earliest", topic));
        Assert.Equal("c\nd\n", await RunAsync("", "-G", Name("g"), "-q", "-e", "-X", "auto.offset.reset=earliest", topic));
        Assert.Equal(4, Consumer("g").Committed([new TopicPartition(topic, 0)], Patience).Single().Offset.Value);
    }

    [KcatBehaviour]
    public async Task It_produces_in_a_transaction()
    {
        var topic = await CreateTopicAsync("transaction");

        await RunAsync("a\nb\n", "-P", "-t", topic, "-p", "0", "-X", $"transactional.id={Name("t")}");

        var reader = Consumer("reader", config => config.IsolationLevel = IsolationLevel.ReadCommitted);
        reader.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
        Assert.Equal(["a", "b"], reader.Take(2).Values());
    }

    private Task<string> ConsumeAsync(string topic, string from) => RunAsync("", "-C", "-q", "-e", "-t", topic, "-p", "0", "-o", from, "-f", "%o %s|");

    private async Task<string> RunAsync(string input, params string[] arguments)
    {
        using var kcat = Process.Start(KcatBehaviourAttribute.Kcat.Start(["-b", BootstrapServers, .. arguments]))!;
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var (said, complained) = (kcat.StandardOutput.ReadToEndAsync(patience.Token), kcat.StandardError.ReadToEndAsync(patience.Token));
            await kcat.StandardInput.WriteAsync(input);
            kcat.StandardInput.Close();
            await kcat.WaitForExitAsync(patience.Token);
            Assert.True(kcat.ExitCode == 0, $"kcat {string.Join(' ', arguments)} ended with {kcat.ExitCode}: {await complained}");
            return await said;
        }
        catch (OperationCanceledException)
        {
            kcat.Kill();
            throw new TimeoutException($"kcat {string.Join(' ', arguments)} did not end within {Patience.TotalSeconds} s.");
        }
    }
}

public sealed class KcatOnEmbeddedBroker(EmbeddedCluster cluster, ITestOutputHelper output) : Kcat(cluster, output), IClassFixture<EmbeddedCluster>;

public sealed class KcatOnConfiguredCluster(ConfiguredCluster cluster, ITestOutputHelper output) : Kcat(cluster, output), IClassFixture<ConfiguredCluster>;
