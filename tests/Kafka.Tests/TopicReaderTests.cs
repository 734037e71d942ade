using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Kafka.Tests;

public sealed class TopicReaderTests : KafkaFixture
{
    [Fact]
    public async Task All_topics_are_read_from_their_beginning_in_the_order_of_each_partition()
    {
        Broker.CreateTopic("a", 2);
        Broker.CreateTopic("b");
        foreach (var (topic, partition) in ((string, int)[])[("a", 0), ("a", 1), ("b", 0)])
        {
            await ProduceAsync(topic, partition, [.. Enumerable.Range(0, 50).Select(n => new Message<byte[]?, byte[]?> { Value = [(byte)n] })]);
        }

        var records = await ReadAsync(["a", "b"], 150);

        var partitions = records.GroupBy(record => record.Position.StreamPartition).ToDictionary(group => group.Key, group => group.ToList());
        Assert.Equal([new("a", 0), new("a", 1), new("b", 0)], partitions.Keys.OrderBy(key => key.ToString(), StringComparer.Ordinal));
        Assert.All(partitions.Values, partition =>
        {
            Assert.Equal(Enumerable.Range(0, 50).Select(n => (long)n), partition.Select(record => record.Position.Offset));
            Assert.Equal(Enumerable.Range(0, 50).Select(n => (byte)n), partition.Select(record => record.Value![0]));
        });
    }

    [Fact]
    public async Task A_record_comes_as_it_was_produced()
    {
        Broker.CreateTopic("a");
        var headers = new Headers { { "first", [0, 1] }, { "null", null }, { "empty", [] }, { "first", [2] } };
        await ProduceAsync("a", 0, new Message<byte[]?, byte[]?> { Key = [0, 255], Value = [0xC3, 0x28], Headers = headers, Timestamp = new Timestamp(1_769_860_800_123, TimestampType.CreateTime) });

        var record = Assert.Single(await ReadAsync(["a"], 1));

        Assert.Equal([0, 255], record.Key);
        Assert.Equal([0xC3, 0x28], record.Value);
        Assert.Equal(["first", "null", "empty", "first"], record.Headers.Select(header => header.Name));
        Assert.Equal([[0, 1], null, [], [2]], record.Headers.Select(header => header.Value));
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1_769_860_800_123), record.Timestamp);
    }

    [Fact]
    public async Task A_tombstone_has_neither_key_nor_value_nor_headers()
    {
        Broker.CreateTopic("a");
        await ProduceAsync("a", 0, new Message<byte[]?, byte[]?>());

        var record = Assert.Single(await ReadAsync(["a"], 1));

        Assert.Null(record.Key);
        Assert.Null(record.Value);
        Assert.Empty(record.Headers);
    }

    [Theory]
    [InlineData(1_769_860_800_123_000)]
    [InlineData(long.MaxValue)]
    public async Task A_record_from_a_time_that_no_clock_knows_is_read_like_any_other(long timestamp)
    {
        Broker.CreateTopic("a");
        await ProduceAsync("a", 0, new Message<byte[]?, byte[]?> { Value = [1], Timestamp = new Timestamp(timestamp, TimestampType.CreateTime) });

        Assert.Equal(DateTimeOffset.MaxValue.ToUnixTimeMilliseconds(), Assert.Single(await ReadAsync(["a"], 1)).Timestamp.ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task Records_that_come_later_are_read_too()
    {
        Broker.CreateTopic("a");
        await ProduceAsync("a", 0, new Message<byte[]?, byte[]?> { Value = [0] });
        using var stop = new CancellationTokenSource(Patience);
        await using var reading = new TopicReader(Options()).ReadAsync(["a"], stop.Token).GetAsyncEnumerator();
        Assert.True(await reading.MoveNextAsync());

        await ProduceAsync("a", 0, new Message<byte[]?, byte[]?> { Value = [1] });

        Assert.True(await reading.MoveNextAsync());
        Assert.Equal([1], reading.Current.Value);
    }

    [Fact]
    public async Task Reading_ends_when_it_is_cancelled()
    {
        Broker.CreateTopic("a");
        await ProduceAsync("a", 0, new Message<byte[]?, byte[]?> { Value = [0] });
        using var stop = new CancellationTokenSource(Patience);
        await using var reading = new TopicReader(Options()).ReadAsync(["a"], stop.Token).GetAsyncEnumerator();
        Assert.True(await reading.MoveNextAsync());
        var next = reading.MoveNextAsync();

        await stop.CancelAsync();

        Assert.False(await next);
    }

    [Fact]
    public async Task Reading_that_is_cancelled_before_it_begins_reads_nothing()
    {
        Broker.CreateTopic("a");
        await ProduceAsync("a", 0, new Message<byte[]?, byte[]?> { Value = [0] });
        await using var reading = new TopicReader(Options()).ReadAsync(["a"], new CancellationToken(canceled: true)).GetAsyncEnumerator();

        Assert.False(await reading.MoveNextAsync());
    }

    [Fact]
    public async Task A_topic_that_is_created_a_moment_later_is_read()
    {
        using var stop = new CancellationTokenSource(Patience);
        await using var reading = new TopicReader(Options()).ReadAsync(["late"], stop.Token).GetAsyncEnumerator();
        var next = reading.MoveNextAsync();
        Assert.False(next.IsCompleted);

        Broker.CreateTopic("late");
        await ProduceAsync("late", 0, new Message<byte[]?, byte[]?> { Value = [7] });

        Assert.True(await next);
        Assert.Equal([7], reading.Current.Value);
    }

    [Fact]
    public async Task A_topic_that_does_not_exist_is_an_error_that_names_it()
    {
        Broker.CreateTopic("a");

        var error = await Assert.ThrowsAsync<KafkaException>(() => ReadAsync(["a", "absent"], 1));

        Assert.Contains("'absent'", error.Message, StringComparison.Ordinal);
    }

    private async Task<List<EventRecord>> ReadAsync(string[] topics, int count)
    {
        using var patience = new CancellationTokenSource(Patience);
        var records = new List<EventRecord>();
        await foreach (var record in new TopicReader(Options()).ReadAsync(topics, patience.Token))
        {
            records.Add(record);
            if (records.Count == count)
            {
                break;
            }
        }

        return records;
    }
}
