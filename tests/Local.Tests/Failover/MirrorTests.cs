using System.Text;
using Confluent.Kafka;
using Millrace.Core;
using Millrace.Kafka;

namespace Millrace.Local.Tests;

public sealed class MirrorTests
{
    [Fact]
    public async Task Records_are_copied_as_they_are_in_order_and_say_where_they_stood()
    {
        await using var two = new TwoClusters();
        await TwoClusters.WriteAsync(two.Codfw, TwoClusters.Topic, 99);
        using (var producer = new ProducerBuilder<byte[]?, byte[]?>(TwoClusters.KafkaOf(two.Eqiad).CreateProducerConfig()).SetLogHandler((_, _) => { }).Build())
        {
            byte[] binary = [0, 255, 7];
            await producer.ProduceAsync(TwoClusters.Topic, new Message<byte[]?, byte[]?>
            {
                Key = [1, 0, 2],
                Value = binary,
                Timestamp = new Timestamp(TwoClusters.At(1), TimestampType.CreateTime),
                Headers = [new Header("x", binary), new Header("x", null), new Header(RecordOrigin.HeaderName, "5000"u8.ToArray())],
            });
            await producer.ProduceAsync(TwoClusters.Topic, new Message<byte[]?, byte[]?> { Timestamp = new Timestamp(TwoClusters.At(2), TimestampType.CreateTime) });
        }

        await using var mirror = Mirror.Start("eqiad", TwoClusters.KafkaOf(two.Eqiad), TwoClusters.KafkaOf(two.Codfw), ["eqiad.in", "codfw.in"]);
        var copies = await ReadAsync(two, two.Codfw, 3);

        Assert.Equal([1, 0, 2], copies[1].Key);
        Assert.Equal([0, 255, 7], copies[1].Value);
        Assert.Equal(TwoClusters.At(1), copies[1].Timestamp.ToUnixTimeMilliseconds());
        Assert.Equal(["x:00FF07", "x:", "millrace-origin-offset:30"], copies[1].Headers.Select(header => $"{header.Name}:{Convert.ToHexString(header.Value ?? [])}"));
        Assert.Null(copies[2].Key);
        Assert.Null(copies[2].Value);
        Assert.Equal("1", Encoding.ASCII.GetString(copies[2].Headers.Single().Value!));
    }

    [Fact]
    public async Task Mirrors_in_both_directions_send_nothing_back()
    {
        await using var two = new TwoClusters();
        await TwoClusters.WriteAsync(two.Eqiad, "eqiad.in", 1, 2);
        await TwoClusters.WriteAsync(two.Codfw, "codfw.in", 3);
        string[] topics = ["eqiad.in", "codfw.in"];
        await using (var there = Mirror.Start("eqiad", TwoClusters.KafkaOf(two.Eqiad), TwoClusters.KafkaOf(two.Codfw), topics))
        await using (var back = Mirror.Start("codfw", TwoClusters.KafkaOf(two.Codfw), TwoClusters.KafkaOf(two.Eqiad), topics))
        {
            await ReadAsync(two, two.Codfw, 3);
            await ReadAsync(two, two.Eqiad, 3);

            // What is written last comes last: had anything been sent back, it would be there by now.
            await TwoClusters.WriteAsync(two.Eqiad, "eqiad.in", 4);
            await TwoClusters.WriteAsync(two.Codfw, "codfw.in", 5);
            Assert.Equal([1, 2, 4], Values(await ReadAsync(two, two.Codfw, 5), "eqiad.in"));
            Assert.Equal([3, 5], Values(await ReadAsync(two, two.Eqiad, 5), "codfw.in"));
        }
    }

    [Fact]
    public async Task A_mirror_goes_on_where_the_one_before_had_come_and_over_a_cluster_that_was_away()
    {
        await using var two = new TwoClusters();
        await TwoClusters.WriteAsync(two.Eqiad, TwoClusters.Topic, 1, 2);
        await using (Mirror.Start("eqiad", TwoClusters.KafkaOf(two.Eqiad), TwoClusters.KafkaOf(two.Codfw), [TwoClusters.Topic]))
        {
            await ReadAsync(two, two.Codfw, 2);
        }

        await TwoClusters.WriteAsync(two.Eqiad, TwoClusters.Topic, 3, 4);
        await two.BrokerOf(two.Codfw).DownAsync();
        await using var mirror = Mirror.Start("eqiad", TwoClusters.KafkaOf(two.Eqiad), TwoClusters.KafkaOf(two.Codfw), [TwoClusters.Topic]);
        two.BrokerOf(two.Codfw).Up();

        Assert.Equal([1, 2, 3, 4], Values(await ReadAsync(two, two.Codfw, 4), TwoClusters.Topic));
    }

    [Fact]
    public async Task How_far_a_stage_has_come_is_kept_in_the_other_cluster_as_a_time()
    {
        await using var two = new TwoClusters();
        two.Commit(two.Eqiad, "Test.checkpoint", TwoClusters.Topic, (await TwoClusters.WriteAsync(two.Eqiad, TwoClusters.Topic, 1, 2, 3))[2]);

        await using var mirror = ProgressMirror.Start(two.Eqiad.Definition, two.Codfw.Definition, datacenter => new KafkaOptions { BootstrapServers = datacenter.BootstrapServers }, two.Stages);
        long? time;
        while ((time = two.Committed(two.Codfw, "eqiad.Test.time")) is null)
        {
            await Task.Yield();
        }

        Assert.Equal(TwoClusters.At(2), time);
    }

    private static byte[] Values(IEnumerable<EventRecord> records, string topic) => [.. records.Where(record => record.Position.Topic == topic).Select(record => record.Value![0])];

    private static async Task<List<EventRecord>> ReadAsync(TwoClusters two, FakeDatacenter datacenter, int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var records = new List<EventRecord>();
        await foreach (var record in new TopicReader(TwoClusters.KafkaOf(datacenter)).ReadAsync(["eqiad.in", "codfw.in"], patience.Token))
        {
            records.Add(record);
            if (records.Count == count)
            {
                return records;
            }
        }

        throw new TimeoutException($"{records.Count} of {count} records came.");
    }
}
