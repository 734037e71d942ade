using Microsoft.Azure.Functions.Worker;
using Millrace.Core;

namespace Millrace.Functions.Tests;

public sealed class KafkaRecordExtensionsTests
{
    [Fact]
    public void A_record_is_taken_over_as_it_is_without_a_copy()
    {
        byte[] key = [0, 255], value = [0xC3, 0x28];
        var record = Record(1_769_860_800_123);
        (record.Key, record.Value) = (key, value);
        record.Headers = [new KafkaHeader { Key = "a", Value = [1] }, new KafkaHeader { Key = "none", Value = null }, new KafkaHeader { Key = "a", Value = [2] }];

        var taken = Assert.Single(((KafkaRecord[])[record]).ToEventRecords());

        Assert.Equal(new StreamPosition("topic", 3, 7), taken.Position);
        Assert.Same(key, taken.Key);
        Assert.Same(value, taken.Value);
        Assert.Equal(["a", "none", "a"], taken.Headers.Select(header => header.Name));
        Assert.Equal([[1], null, [2]], taken.Headers.Select(header => header.Value));
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1_769_860_800_123), taken.Timestamp);
    }

    [Fact]
    public void A_tombstone_stays_one()
    {
        var taken = Assert.Single(((KafkaRecord[])[Record(0)]).ToEventRecords());

        Assert.Null(taken.Key);
        Assert.Null(taken.Value);
        Assert.Empty(taken.Headers);
    }

    [Fact]
    public void Records_keep_their_order()
    {
        KafkaRecord[] records = [.. Enumerable.Range(0, 5).Select(n => new KafkaRecord { Topic = "t", Offset = 5 - n, Timestamp = new KafkaTimestamp() })];

        Assert.Equal([5L, 4, 3, 2, 1], records.ToEventRecords().Select(record => record.Position.Offset));
    }

    [Theory]
    [InlineData(1_769_860_800_123_000)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void A_timestamp_beyond_the_calendar_stops_nobody(long timestamp)
    {
        var taken = Assert.Single(((KafkaRecord[])[Record(timestamp)]).ToEventRecords());

        Assert.Equal(timestamp > 0 ? 9999 : 1, taken.Timestamp.Year);
    }

    private static KafkaRecord Record(long timestamp) => new()
    {
        Topic = "topic",
        Partition = 3,
        Offset = 7,
        Timestamp = new KafkaTimestamp { UnixTimestampMs = timestamp },
        Headers = [],
    };
}
