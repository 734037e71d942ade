using System.Text;
using Millrace.Broker.Groups;
using static Millrace.Broker.Tests.Groups.TestGroups;

namespace Millrace.Broker.Tests.Groups;

public sealed class StaticMemberTests
{
    [Fact]
    public async Task A_static_member_that_starts_again_gets_its_part_without_a_rebalance()
    {
        using var groups = new TestGroups();
        var (leader, follower) = await Pair(groups);

        var again = await Now(groups.Join(instance: "b", version: 5));

        Assert.Equal((KafkaError.None, follower.GenerationId, leader.MemberId), (again.Error, again.GenerationId, again.Leader));
        Assert.NotEqual(follower.MemberId, again.MemberId);
        Assert.Equal(GroupState.Stable, groups.State());
        Assert.Equal("part b", Encoding.UTF8.GetString((await Now(groups.Sync(again, "b"))).Assignment.Span));
    }

    [Fact]
    public async Task A_static_member_that_starts_again_has_all_the_time_of_a_new_session()
    {
        using var groups = new TestGroups();
        await Pair(groups, sessionSeconds: 100);
        groups.Advance(59);
        var again = await Now(groups.Join(instance: "b", version: 5, sessionSeconds: 10));

        groups.Advance(9);

        Assert.Equal(KafkaError.None, groups.Heartbeat(again, "b"));
    }

    [Fact]
    public async Task Who_was_replaced_is_fenced()
    {
        using var groups = new TestGroups();
        var (_, follower) = await Pair(groups);
        var again = await Now(groups.Join(instance: "b", version: 5));

        Assert.Equal(KafkaError.FencedInstanceId, groups.Heartbeat(follower, "b"));
        Assert.Equal(KafkaError.FencedInstanceId, (await Now(groups.Sync(follower, "b"))).Error);
        Assert.Equal(KafkaError.FencedInstanceId, (await Now(groups.Join(follower.MemberId, "b", version: 5))).Error);
        Assert.Equal(KafkaError.FencedInstanceId, groups.Commit(1, follower, instance: "b"));
        Assert.Equal(KafkaError.FencedInstanceId, groups.CommitInTransaction(1, member: follower, instance: "b"));
        Assert.Equal(KafkaError.FencedInstanceId, groups.Leave(follower.MemberId, "b"));
        Assert.Equal(KafkaError.None, groups.Heartbeat(again, "b"));
    }

    [Fact]
    public async Task Who_was_replaced_while_it_waits_is_fenced()
    {
        using var groups = new TestGroups();
        var (_, follower) = await Pair(groups);
        _ = groups.Join();
        var waiting = groups.Join(follower.MemberId, "b", version: 5);

        var again = groups.Join(instance: "b", version: 5);

        Assert.Equal(KafkaError.FencedInstanceId, (await Now(waiting)).Error);
        Assert.False(again.IsCompleted);
    }

    [Fact]
    public async Task A_leader_that_starts_again_is_told_to_skip_the_assignment()
    {
        using var groups = new TestGroups();
        await Pair(groups);

        var again = await Now(groups.Join(instance: "a", version: 9));

        Assert.True(again.SkipAssignment);
        Assert.Equal(again.MemberId, again.Leader);
        Assert.Equal(2, again.Members.Count);
    }

    [Fact]
    public async Task A_leader_that_cannot_be_told_to_skip_the_assignment_does_not_learn_that_it_leads()
    {
        using var groups = new TestGroups();
        var (leader, _) = await Pair(groups);

        var again = await Now(groups.Join(instance: "a", version: 8));

        Assert.Equal(leader.MemberId, again.Leader);
        Assert.Empty(again.Members);
        Assert.False(again.SkipAssignment);
        Assert.Equal("part a", Encoding.UTF8.GetString((await Now(groups.Sync(again, "a"))).Assignment.Span));
    }

    [Fact]
    public async Task A_leader_that_started_again_still_leads()
    {
        using var groups = new TestGroups();
        var (_, follower) = await Pair(groups);
        var again = await Now(groups.Join(instance: "a", version: 8));

        var rejoining = groups.Join(again.MemberId, "a", version: 8);
        var other = await Now(groups.Join(follower.MemberId, "b", version: 8));

        Assert.Equal(again.MemberId, other.Leader);
        Assert.Equal(2, (await Now(rejoining)).Members.Count);
    }

    [Fact]
    public async Task A_static_member_that_starts_again_with_other_metadata_makes_everybody_join_again()
    {
        using var groups = new TestGroups();
        var (leader, _) = await Pair(groups);

        var again = groups.Join(instance: "b", version: 5, assignors: [new() { Name = "range", Metadata = new byte[] { 1 } }]);

        Assert.False(again.IsCompleted);
        Assert.Equal(KafkaError.RebalanceInProgress, groups.Heartbeat(leader, "a"));
    }

    [Fact]
    public async Task A_static_member_that_misses_a_rebalance_stays_until_its_session_ends()
    {
        using var groups = new TestGroups();
        var (leader, follower) = await Pair(groups, sessionSeconds: 100);
        var again = groups.Join(leader.MemberId, "a", version: 5, sessionSeconds: 100);
        groups.Advance(60);

        Assert.Equal(2, (await Now(again)).Members.Count);
        Assert.Equal(KafkaError.IllegalGeneration, groups.Heartbeat(follower, "b"));
    }

    [Fact]
    public async Task A_rebalance_that_nobody_joins_waits_for_a_static_member()
    {
        using var groups = new TestGroups();
        var (leader, follower) = await Pair(groups, sessionSeconds: 1000);
        using var connection = new CancellationTokenSource();
        var lost = groups.Join(leader.MemberId, "a", version: 5, sessionSeconds: 1000, aborted: connection.Token);
        await connection.CancelAsync();
        await Assert.ThrowsAsync<TaskCanceledException>(() => lost);
        groups.Advance(60);
        Assert.Equal(GroupState.PreparingRebalance, groups.State());

        var again = groups.Join(follower.MemberId, "b", version: 5, sessionSeconds: 1000);
        groups.Advance(60);

        Assert.Equal(follower.MemberId, (await Now(again)).Leader);
    }

    [Fact]
    public async Task A_static_member_that_comes_back_after_the_initial_delay_does_not_wait()
    {
        using var groups = new TestGroups(new GroupOptions { InitialRebalanceDelay = TimeSpan.FromSeconds(3) });
        using var connection = new CancellationTokenSource();
        var lost = groups.Join(instance: "a", version: 5, aborted: connection.Token);
        await connection.CancelAsync();
        await Assert.ThrowsAsync<TaskCanceledException>(() => lost);
        groups.Advance(3);

        Assert.Equal(KafkaError.None, (await Now(groups.Join(instance: "a", version: 5))).Error);
    }

    [Fact]
    public async Task A_static_member_can_be_taken_out_by_its_name_alone()
    {
        using var groups = new TestGroups();
        var (leader, follower) = await Pair(groups);

        Assert.Equal(KafkaError.UnknownMemberId, groups.Leave("", "c"));
        Assert.Equal(KafkaError.None, groups.Leave("", "b"));

        Assert.Equal(KafkaError.UnknownMemberId, groups.Heartbeat(follower, "b"));
        Assert.Single((await Now(groups.Join(leader.MemberId, "a", version: 5))).Members);
    }

    [Fact]
    public async Task The_leader_learns_the_names_of_static_members()
    {
        using var groups = new TestGroups();
        var (leader, _) = await Pair(groups);

        Assert.Equal(["a", "b"], leader.Members.Select(member => member.GroupInstanceId));
    }

    private static async Task<(JoinGroupResponse Leader, JoinGroupResponse Follower)> Pair(TestGroups groups, int sessionSeconds = 10)
    {
        var first = await Now(groups.Join(instance: "a", version: 5, sessionSeconds: sessionSeconds));
        var joining = groups.Join(instance: "b", version: 5, sessionSeconds: sessionSeconds);
        var leader = await Now(groups.Join(first.MemberId, "a", version: 5, sessionSeconds: sessionSeconds));
        var follower = await Now(joining);
        var syncing = groups.Sync(follower, "b");
        await Now(groups.Sync(leader, "a", default, (leader.MemberId, "part a"), (follower.MemberId, "part b")));
        await Now(syncing);
        return (leader, follower);
    }
}
