using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Millrace.Core;

namespace Millrace.Kafka.Tests;

/// <summary>The sink while all is well.</summary>
public sealed class KafkaSinkTests : KafkaFixture
{
    [Fact]
    public async Task An_output_arrives_as_it_was_made()
    {
        Broker.CreateTopic("out");
        byte[] key = [0, 255, 128, 10];
        byte[] value = [0xC3, 0x28, 0];
        var time = DateTimeOffset.FromUnixTimeMilliseconds(1_769_860_800_123);
        RecordHeader[] headers = [new("first", [0, 1]), new("empty", []), new("null", null), new("first", [2])];

        await SettleAsync(Processed(0, new OutputRecord { Topic = "out", Key = key, Value = value, Headers = headers, Timestamp = time }));

        var record = Assert.Single(Read("out", 1)).Message;
        Assert.Equal(key, record.Key);
        Assert.Equal(value, record.Value);
        Assert.Equal(["first", "empty", "null", "first"], record.Headers.Select(header => header.Key));
        Assert.Equal([[0, 1], [], null, [2]], record.Headers.Select(header => header.GetValueBytes()));
        Assert.Equal(1_769_860_800_123, record.Timestamp.UnixTimestampMs);
        Assert.Equal(TimestampType.CreateTime, record.Timestamp.Type);
    }

    [Fact]
    public async Task An_output_without_a_key_arrives_without_one()
    {
        Broker.CreateTopic("out");

        await SettleAsync(Processed(0, Output(0) with { Key = null }));

        Assert.Null(Read("out", 1)[0].Message.Key);
    }

    [Fact]
    public async Task Outputs_keep_their_order_within_a_partition()
    {
        Broker.CreateTopic("out");

        await SettleAsync([.. Enumerable.Range(0, 20_000).Select(n => Processed(n))]);

        Assert.Equal(Enumerable.Range(0, 20_000), Read("out", 20_000).Select(Number));
    }

    [Fact]
    public async Task Several_outputs_of_one_record_arrive_in_their_order_and_in_their_topics()
    {
        Broker.CreateTopic("out");
        Broker.CreateTopic("else");

        await SettleAsync(Processed(0, Output(1), Output(2, "else"), Output(3)));

        Assert.Equal([1, 3], Read("out", 2).Select(Number));
        Assert.Equal([2], Read("else", 1).Select(Number));
    }

    [Fact]
    public async Task What_was_filtered_leaves_nothing_to_wait_for()
    {
        await Broker.DownAsync();
        var session = await OpenAsync(Sink());
        await session.AppendAsync(new ProcessedRecord(Testing.Some.Record(0), new Outcome.Filtered("because"), []), CancellationToken.None);

        Assert.Empty(await session.SettleAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_session_settles_again_and_again()
    {
        Broker.CreateTopic("out");
        var session = await OpenAsync(Sink());
        for (var n = 0; n < 3; n++)
        {
            await session.AppendAsync(Processed(n), CancellationToken.None);
            await session.SettleAsync(CancellationToken.None);

            Assert.Equal(n + 1, Count("out"));
        }
    }

    [Fact]
    public async Task Outputs_wait_for_room_where_the_client_has_none()
    {
        Broker.CreateTopic("out");
        var sink = Sink(("queue.buffering.max.messages", "10"));

        await SettleAsync(sink, [.. Enumerable.Range(0, 500).Select(n => Processed(n))]);

        Assert.Equal(Enumerable.Range(0, 500), Read("out", 500).Select(Number));
    }

    [Fact]
    public async Task Sessions_that_share_too_little_room_all_come_to_their_end()
    {
        Broker.CreateTopic("out", 8);
        var sink = Sink(("queue.buffering.max.messages", "3"));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(partition => Task.Run(() =>
            SettleAsync(sink, [.. Enumerable.Range(0, 50).Select(n => Processed(n, Output(n) with { Key = [(byte)partition] }))]))));

        Assert.Equal(400, Enumerable.Range(0, 8).Sum(partition => Count("out", partition)));
    }

    [Fact]
    public void A_setting_that_the_client_library_does_not_know_is_refused_by_its_name()
    {
        var error = Assert.Throws<CatalogException>(() => Sink(("no.such.setting", "1")));

        Assert.Contains("no.such.setting", error.Message, StringComparison.Ordinal);
        Assert.Contains("Kafka:Producer", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("linger.ms", "soon")]
    [InlineData("compression.type", "zip")]
    [InlineData("message.timeout.ms", "-7")]
    [InlineData("enable.idempotence", "perhaps")]
    public void A_value_that_the_client_library_does_not_take_is_refused_by_the_name_of_its_setting(string name, string value)
    {
        var error = Assert.Throws<CatalogException>(() => Sink((name, value)));

        Assert.Contains($"Kafka:Producer:{name}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_refused_is_said_without_secrets()
    {
        var error = Assert.Throws<CatalogException>(() => Sink(("sasl.password", "open sesame"), ("linger.ms", "soon")));

        Assert.DoesNotContain("sesame", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_that_contradict_each_other_are_refused()
    {
        // Idempotence, a default, needs all acknowledgements.
        var error = Assert.Throws<CatalogException>(() => Sink(("acks", "0")));

        Assert.Contains("acks", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Records_larger_than_the_client_library_can_send_are_refused_at_the_start()
    {
        var error = Assert.Throws<CatalogException>(() => new KafkaSink(Options(), int.MaxValue, NullLogger<KafkaSink>.Instance));

        Assert.Contains("message.max.bytes", error.Message, StringComparison.Ordinal);
    }

    private Task SettleAsync(params ProcessedRecord[] processed) => SettleAsync(Sink(), processed);

    private static async Task SettleAsync(KafkaSink sink, params ProcessedRecord[] processed)
    {
        await using var session = await OpenAsync(sink);
        foreach (var record in processed)
        {
            await session.AppendAsync(record, CancellationToken.None);
        }

        Assert.Empty(await session.SettleAsync(CancellationToken.None).AsTask().WaitAsync(Patience));
    }
}
