using Confluent.Kafka.Admin;

namespace Millrace.Conformance;

/// <summary>Groups and their offsets as an operator sees and changes them.</summary>
public abstract class GroupAdmin(IConformanceCluster cluster, ITestOutputHelper output) : ConformanceSuite(cluster, output)
{
    [Behaviour]
    public async Task A_group_is_listed_and_described_with_its_members()
    {
        var topic = await CreateTopicAsync("input", 2);
        using var member = Join("g", topic, config => config.ClientId = "me");
        await member.HasAsync(2);

        var listed = (await Admin.ListConsumerGroupsAsync()).Valid.Single(group => group.GroupId == Name("g"));
        var described = await DescribeAsync();

        Assert.Equal((ConsumerGroupState.Stable, false), (listed.State, listed.IsSimpleConsumerGroup));
        Assert.Equal((ConsumerGroupState.Stable, "range"), (described.State, described.PartitionAssignor));
        Assert.Equal("me", described.Members.Single().ClientId);
        Assert.Equal([0, 1], described.Members.Single().Assignment.TopicPartitions.Select(partition => partition.Partition.Value).Order());

        await member.LeaveAsync();

        Assert.Equal(ConsumerGroupState.Empty, (await DescribeAsync()).State);
    }

    [Behaviour]
    public async Task An_unknown_group_is_described_as_dead() => Assert.Equal(ConsumerGroupState.Dead, (await DescribeAsync()).State);

    [Behaviour]
    public async Task A_group_with_members_cannot_be_deleted_and_one_without_can()
    {
        var topic = await CreateTopicAsync("input");
        using var member = Join("g", topic);
        await member.HasAsync(1);

        var refused = await Assert.ThrowsAsync<DeleteGroupsException>(() => Admin.DeleteGroupsAsync([Name("g")]));
        await member.LeaveAsync();
        Consumer("g").Commit([new TopicPartitionOffset(topic, 0, 5)]);
        await Admin.DeleteGroupsAsync([Name("g")]);

        Assert.Equal(ErrorCode.NonEmptyGroup, refused.Results.Single().Error.Code);
        Assert.Equal(Offset.Unset, Consumer("g").Committed([new TopicPartition(topic, 0)], Patience).Single().Offset);
        Assert.DoesNotContain((await Admin.ListConsumerGroupsAsync()).Valid, group => group.GroupId == Name("g"));
    }

    [Behaviour]
    public async Task An_unknown_group_cannot_be_deleted()
    {
        var refused = await Assert.ThrowsAsync<DeleteGroupsException>(() => Admin.DeleteGroupsAsync([Name("g")]));

        Assert.Equal(ErrorCode.GroupIdNotFound, refused.Results.Single().Error.Code);
    }

    [Behaviour]
    public async Task Offsets_of_a_group_without_members_are_listed_altered_and_deleted()
    {
        var topic = await CreateTopicAsync("input", 2);
        Consumer("g").Commit([new TopicPartitionOffset(topic, 0, 5), new TopicPartitionOffset(topic, 1, 6)]);
        Assert.Equal([(0, 5), (1, 6)], await ListAsync());

        await Admin.AlterConsumerGroupOffsetsAsync([new(Name("g"), [new TopicPartitionOffset(topic, 0, 2)])]);
        Assert.Equal([(0, 2), (1, 6)], await ListAsync());

        await Admin.DeleteConsumerGroupOffsetsAsync(Name("g"), [new TopicPartition(topic, 1)]);
        Assert.Equal([(0, 2)], await ListAsync());
    }

    [Behaviour]
    public async Task Offsets_of_a_group_with_members_are_neither_altered_nor_deleted()
    {
        var topic = await CreateTopicAsync("input");
        Consumer("g").Commit([new TopicPartitionOffset(topic, 0, 5)]);
        using var member = Join("g", topic);
        await member.HasAsync(1);

        var alteration = await Assert.ThrowsAsync<AlterConsumerGroupOffsetsException>(() => Admin.AlterConsumerGroupOffsetsAsync([new(Name("g"), [new TopicPartitionOffset(topic, 0, 2)])]));
        var deletion = await Assert.ThrowsAsync<DeleteConsumerGroupOffsetsException>(() => Admin.DeleteConsumerGroupOffsetsAsync(Name("g"), [new TopicPartition(topic, 0)]));

        Assert.Equal(ErrorCode.UnknownMemberId, alteration.Results.Single().Partitions.Single().Error.Code);
        Assert.Equal(ErrorCode.GroupSubscribedToTopic, deletion.Result.Partitions.Single().Error.Code);
        Assert.Equal([(0, 5)], await ListAsync());
    }

    private async Task<ConsumerGroupDescription> DescribeAsync() => (await Admin.DescribeConsumerGroupsAsync([Name("g")])).ConsumerGroupDescriptions.Single();

    private async Task<IEnumerable<(int Partition, long Offset)>> ListAsync() =>
        (await Admin.ListConsumerGroupOffsetsAsync([new(Name("g"), null)])).Single().Partitions
            .Select(offset => (offset.Partition.Value, offset.Offset.Value)).OrderBy(offset => offset.Item1);
}

public sealed class GroupAdminOnEmbeddedBroker(EmbeddedCluster cluster, ITestOutputHelper output) : GroupAdmin(cluster, output), IClassFixture<EmbeddedCluster>;

public sealed class GroupAdminOnConfiguredCluster(ConfiguredCluster cluster, ITestOutputHelper output) : GroupAdmin(cluster, output), IClassFixture<ConfiguredCluster>;
