using Millrace.Broker.Storage;
using Millrace.Broker.Topics;

namespace Millrace.Broker.Tests.Topics;

public sealed class TopicSettingTests
{
    [Theory]
    [InlineData("cleanup.policy", "compact", "compact")]
    [InlineData("cleanup.policy", "delete, compact", "compact,delete")]
    [InlineData("delete.retention.ms", "0", "0")]
    [InlineData("max.message.bytes", "5000000", "5000000")]
    [InlineData("min.cleanable.dirty.ratio", "0.25", "0.25")]
    [InlineData("retention.bytes", "-1", "-1")]
    [InlineData("retention.bytes", "9223372036854775807", "9223372036854775807")]
    [InlineData("retention.ms", "-1", "-1")]
    [InlineData("retention.ms", "60000", "60000")]
    [InlineData("segment.bytes", "14", "14")]
    [InlineData("segment.ms", "1", "1")]
    public void A_value_that_is_allowed_is_read_back(string name, string value, string read)
    {
        var settings = TopicSetting.Resolve(new LogSettings(), [new(name, value)], out var wrong);

        Assert.Null(wrong);
        Assert.Equal(read, TopicSetting.Find(name)!.Read(settings));
    }

    [Theory]
    [InlineData("cleanup.policy", "", "delete, compact, or both with a comma")]
    [InlineData("cleanup.policy", "burn", "delete, compact, or both with a comma")]
    [InlineData("delete.retention.ms", "-1", "a whole number from 0 to 9223372036854775807")]
    [InlineData("max.message.bytes", "2147483648", "a whole number from 0 to 2147483647")]
    [InlineData("min.cleanable.dirty.ratio", "1.1", "a number from 0 to 1")]
    [InlineData("min.cleanable.dirty.ratio", "NaN", "a number from 0 to 1")]
    [InlineData("retention.ms", "1.5", "a whole number from -1 to 9223372036854775807")]
    [InlineData("retention.ms", " 1", "a whole number from -1 to 9223372036854775807")]
    [InlineData("segment.bytes", "13", "a whole number from 14 to 2147483647")]
    [InlineData("segment.ms", "0", "a whole number from 1 to 9223372036854775807")]
    public void A_value_that_is_not_allowed_is_refused_with_those_that_are(string name, string value, string allowed)
    {
        var defaults = new LogSettings();

        Assert.Same(defaults, TopicSetting.Resolve(defaults, [new("segment.ms", "7"), new(name, value)], out var wrong));
        Assert.Equal($"The setting {name} is '{value}'; allowed is {allowed}.", wrong);
    }

    [Fact]
    public void The_greatest_number_there_is_stands_for_a_time_that_does_not_end() =>
        Assert.InRange(TopicSetting.Resolve(new LogSettings(), [new("retention.ms", "9223372036854775807")], out _).RetentionTime!.Value.TotalDays, 36_000, 37_000);

    [Fact]
    public void What_is_not_known_is_refused_with_all_that_is()
    {
        TopicSetting.Resolve(new LogSettings(), [new("retention.days", "1")], out var wrong);

        Assert.Equal($"The setting 'retention.days' is not known to this broker; those that are: {string.Join(", ", TopicSetting.All.Select(one => one.Name))}.", wrong);
    }
}
