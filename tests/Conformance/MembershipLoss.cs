namespace Millrace.Conformance;

/// <summary>Members that are lost, and what they can no longer do.</summary>
public abstract class MembershipLoss(IConformanceCluster cluster, ITestOutputHelper output) : ConformanceSuite(cluster, output)
{
    [Behaviour]
    public async Task The_partitions_of_a_member_that_crashed_go_to_the_others()
    {
        var topic = await CreateTopicAsync("input", 4);
        using var first = Join("g", topic);
        using var second = Join("g", topic);
        await Eventually.IsTrueAsync("each has two partitions", () => first.Assignment.Count == 2 && second.Assignment.Count == 2);

        await first.CrashAsync();

        await second.HasAsync(4);
    }

    [Behaviour]
    public async Task The_partitions_of_a_static_member_that_stays_away_go_to_the_others()
    {
        var topic = await CreateTopicAsync("input", 4);
        using var first = Join("g", topic, config => config.GroupInstanceId = "one");
        using var second = Join("g", topic, config => config.GroupInstanceId = "two");
        await Eventually.IsTrueAsync("each has two partitions", () => first.Assignment.Count == 2 && second.Assignment.Count == 2);

        await first.LeaveAsync();

        await second.HasAsync(4);
    }

    [Behaviour]
    public async Task A_member_that_polls_too_late_is_replaced_and_cannot_commit()
    {
        var topic = await CreateTopicAsync("input");
        using var slow = Join("g", topic, config => config.MaxPollIntervalMs = 6_000);
        await slow.HasAsync(1);
        var consumer = await slow.StopPollingAsync();
        using var next = Join("g", topic);
        await next.HasAsync(1);

        var refused = Assert.Throws<KafkaException>(() => consumer.Commit([new TopicPartitionOffset(topic, 0, 7)]));

        Assert.Contains(refused.Error.Code, (ErrorCode[])[ErrorCode.UnknownMemberId, ErrorCode.IllegalGeneration]);
        Assert.Equal(Offset.Unset, Consumer("g").Committed([new TopicPartition(topic, 0)], Patience).Single().Offset);
        Assert.Equal(ErrorCode.Local_MaxPollExceeded, Assert.Throws<ConsumeException>(() => consumer.Consume(Patience)).Error.Code);
    }

    [Behaviour]
    public async Task A_stranger_cannot_commit_while_the_group_has_members()
    {
        var topic = await CreateTopicAsync("input");
        using var member = Join("g", topic);
        await member.HasAsync(1);

        var refused = Assert.Throws<KafkaException>(() => Consumer("g").Commit([new TopicPartitionOffset(topic, 0, 7)]));

        Assert.Equal(ErrorCode.UnknownMemberId, refused.Error.Code);
    }
}

public sealed class MembershipLossOnEmbeddedBroker(EmbeddedCluster cluster, ITestOutputHelper output) : MembershipLoss(cluster, output), IClassFixture<EmbeddedCluster>;

public sealed class MembershipLossOnConfiguredCluster(ConfiguredCluster cluster, ITestOutputHelper output) : MembershipLoss(cluster, output), IClassFixture<ConfiguredCluster>;
