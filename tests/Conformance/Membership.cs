namespace Millrace.Conformance;

/// <summary>Who of a consumer group has which partitions.</summary>
public abstract class Membership(IConformanceCluster cluster, ITestOutputHelper output) : ConformanceSuite(cluster, output)
{
    // Longer than the patience of a test: whoever waits for it fails.
    private const int EndlessSessionMs = 120_000;

    [Behaviour]
    public async Task A_lone_member_has_every_partition()
    {
        using var member = Join("g", await CreateTopicAsync("input", 4));

        await member.HasAsync(4);
    }

    [Behaviours]
    [InlineData(PartitionAssignmentStrategy.Range)]
    [InlineData(PartitionAssignmentStrategy.RoundRobin)]
    [InlineData(PartitionAssignmentStrategy.CooperativeSticky)]
    public async Task Two_members_share_the_partitions_and_the_records(PartitionAssignmentStrategy strategy)
    {
        var topic = await CreateTopicAsync("input", 4);
        using var first = Join("g", topic, config => config.PartitionAssignmentStrategy = strategy);
        using var second = Join("g", topic, config => config.PartitionAssignmentStrategy = strategy);
        await Eventually.IsTrueAsync("each has two partitions", () => first.Assignment.Count == 2 && second.Assignment.Count == 2);
        Assert.Empty(first.Assignment.Intersect(second.Assignment));

        Producer().SendAll(Enumerable.Range(0, 40).Select(i => (new TopicPartition(topic, i % 4), new Message<string?, string?> { Value = $"{i}" })));

        await Eventually.IsTrueAsync("all records are consumed", () => first.Values.Count + second.Values.Count == 40);
        Assert.Equal((20, 40), (first.Values.Count, first.Values.Concat(second.Values).Distinct().Count()));
    }

    [Behaviour]
    public async Task A_member_that_leaves_hands_over_at_once()
    {
        var topic = await CreateTopicAsync("input", 4);
        using var first = Join("g", topic, config => config.SessionTimeoutMs = EndlessSessionMs);
        using var second = Join("g", topic, config => config.SessionTimeoutMs = EndlessSessionMs);
        await Eventually.IsTrueAsync("each has two partitions", () => first.Assignment.Count == 2 && second.Assignment.Count == 2);

        await first.LeaveAsync();

        await second.HasAsync(4);
    }

    [Behaviour]
    public async Task A_group_that_everybody_left_starts_anew_at_once()
    {
        var topic = await CreateTopicAsync("input", 4);
        for (var i = 0; i < 3; i++)
        {
            using var member = Join("g", topic, config => config.SessionTimeoutMs = EndlessSessionMs);
            await member.HasAsync(4);
            await member.LeaveAsync();
        }
    }

    [Behaviours]
    [InlineData(PartitionAssignmentStrategy.Range)]
    [InlineData(PartitionAssignmentStrategy.RoundRobin)]
    public async Task Eager_members_give_everything_up_before_they_share(PartitionAssignmentStrategy strategy)
    {
        var topic = await CreateTopicAsync("input", 4);
        using var first = Join("g", topic, config => config.PartitionAssignmentStrategy = strategy);
        await first.HasAsync(4);

        using var second = Join("g", topic, config => config.PartitionAssignmentStrategy = strategy);
        await second.HasAsync(2);
        await first.HasAsync(2);

        Assert.Equal(["assigned 0 1 2 3", "revoked 0 1 2 3"], first.Rebalances.Take(2));
        Assert.Single(second.Rebalances);
    }

    [Behaviour]
    public async Task Cooperative_members_give_up_only_what_they_hand_over()
    {
        var topic = await CreateTopicAsync("input", 4);
        using var first = Join("g", topic, config => config.PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky);
        await first.HasAsync(4);

        using var second = Join("g", topic, config => config.PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky);
        await second.HasAsync(2);
        await first.HasAsync(2);

        var moved = string.Join(' ', second.Assignment.Select(partition => partition.Partition.Value).Order());
        Assert.Equal("assigned 0 1 2 3", first.Rebalances.First());
        Assert.Equal([$"revoked {moved}"], first.Rebalances.Where(rebalance => !rebalance.StartsWith("assigned", StringComparison.Ordinal)));
    }

    [Behaviour]
    public async Task A_static_member_finds_its_partitions_again_after_a_quick_restart()
    {
        var topic = await CreateTopicAsync("input", 4);
        var restarting = Join("g", topic, config => config.GroupInstanceId = "one");
        using var other = Join("g", topic, config => config.GroupInstanceId = "two");
        await Eventually.IsTrueAsync("each has two partitions", () => restarting.Assignment.Count == 2 && other.Assignment.Count == 2);
        var (assigned, rebalances) = (restarting.Assignment, other.Rebalances.Count);

        await restarting.LeaveAsync();
        using var restarted = Join("g", topic, config => config.GroupInstanceId = "one");
        await restarted.HasAsync(2);

        Assert.Equal(assigned.Order(ByPartition), restarted.Assignment.Order(ByPartition));
        Assert.Equal(rebalances, other.Rebalances.Count);
    }

    [Behaviour]
    public async Task A_second_static_member_of_one_name_fences_the_first()
    {
        var topic = await CreateTopicAsync("input");
        using var first = Join("g", topic, config => config.GroupInstanceId = "one");
        await first.HasAsync(1);

        using var second = Join("g", topic, config => config.GroupInstanceId = "one");
        await second.HasAsync(1);

        await Eventually.IsTrueAsync("the first is told", () => first.Errors.Any(error => error is { IsFatal: true, Code: ErrorCode.FencedInstanceId }));
        await second.HasAsync(1);
    }

    [Behaviour]
    public async Task A_regular_expression_finds_a_topic_that_is_created_later()
    {
        var topic = await CreateTopicAsync("left");
        using var member = Join("g", $"^(left|right){topic["left".Length..]}$");
        await member.HasAsync(1);

        await CreateTopicAsync("right", 2);
        await CreateTopicAsync("upright", 2);

        await member.HasAsync(3);
        Assert.DoesNotContain(member.Assignment, partition => partition.Topic.StartsWith("up", StringComparison.Ordinal));
    }

    [Behaviour]
    public async Task Partitions_that_are_added_are_assigned()
    {
        var topic = await CreateTopicAsync("growing");
        using var member = Join("g", topic);
        await member.HasAsync(1);

        await Admin.CreatePartitionsAsync([new() { Topic = topic, IncreaseTo = 3 }]);

        await member.HasAsync(3);
    }

    private static readonly Comparer<TopicPartition> ByPartition = Comparer<TopicPartition>.Create((left, right) => left.Partition.Value.CompareTo(right.Partition.Value));
}

public sealed class MembershipOnEmbeddedBroker(EmbeddedCluster cluster, ITestOutputHelper output) : Membership(cluster, output), IClassFixture<EmbeddedCluster>;

public sealed class MembershipOnConfiguredCluster(ConfiguredCluster cluster, ITestOutputHelper output) : Membership(cluster, output), IClassFixture<ConfiguredCluster>;
