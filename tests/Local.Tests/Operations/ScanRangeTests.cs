using Confluent.Kafka;

namespace Millrace.Local.Tests;

public sealed class ScanRangeTests
{
    [Theory]
    [InlineData(100, "10 5 30")]
    [InlineData(12, "4 4 4")]
    [InlineData(20, "7 5 8")]
    [InlineData(0, "0 0 0")]
    public void What_the_small_ones_do_not_need_is_for_the_large_ones(long most, string lengths)
    {
        ScanRange[] ranges = [new(new TopicPartition("a", 0), 0, 10), new(new TopicPartition("a", 1), 15, 20), new(new TopicPartition("a", 2), 70, 100)];

        var last = ScanRange.Last(ranges, most).OrderBy(range => range.Partition.Partition.Value).ToList();

        Assert.Equal(lengths, string.Join(' ', last.Select(range => range.Length)));
        Assert.Equal(ranges.Select(range => range.To), last.Select(range => range.To));
    }
}
