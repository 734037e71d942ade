using Millrace.Broker.Groups;

namespace Millrace.Broker.Tests.Groups;

public sealed class GroupKeysTests
{
    public static TheoryData<string, string> Names => new()
    {
        { "group", "topic" },
        { "", "" },
        { "a/1/b", "2/c" },
        { "3/", "/3" },
        { "\0", "ü 🙂/\0" },
        { "offset/1", "offset-pending/2" },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Names_come_back_as_they_are(string group, string topic)
    {
        var partition = new TopicPartition(topic, 12);

        Assert.Equal((group, partition), GroupKeys.ToOffset(GroupKeys.Offset(group, partition)));
        Assert.Equal((group, 99L), GroupKeys.ToPending(GroupKeys.PendingOf(group, 99)));
        Assert.Equal(group, GroupKeys.ToGroup(GroupKeys.Group(group)));
    }

    [Fact]
    public void Different_names_have_different_keys()
    {
        string[] names = ["a", "a/", "a/1", "/1", "1/a", "", "/", "1", "a/1/a"];
        var keys = names.SelectMany(group => names.Select(topic => GroupKeys.Offset(group, new TopicPartition(topic, 1)))).ToList();

        Assert.Equal(keys.Count, keys.Distinct().Count());
    }
}
