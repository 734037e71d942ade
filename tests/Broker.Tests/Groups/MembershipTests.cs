using System.Text;
using Millrace.Broker.Groups;
using static Millrace.Broker.Tests.Groups.TestGroups;

namespace Millrace.Broker.Tests.Groups;

public sealed class MembershipTests
{
    [Fact]
    public async Task The_first_member_leads_a_generation_of_its_own()
    {
        using var groups = new TestGroups();

        var joined = await Now(groups.Join());

        Assert.Equal((KafkaError.None, 1, "range"), (joined.Error, joined.GenerationId, joined.ProtocolName));
        Assert.Equal(joined.MemberId, joined.Leader);
        Assert.Equal(joined.MemberId, Assert.Single(joined.Members).MemberId);
        Assert.Equal(GroupState.CompletingRebalance, groups.State());
    }

    [Fact]
    public async Task The_first_generation_waits_for_others_as_long_as_they_come()
    {
        using var groups = new TestGroups(new GroupOptions { InitialRebalanceDelay = TimeSpan.FromSeconds(3) });
        var first = groups.Join();
        groups.Advance(2);
        var second = groups.Join();
        groups.Advance(1);
        Assert.False(first.IsCompleted);

        groups.Advance(3);

        Assert.Equal(2, (await Now(first)).Members.Count);
        Assert.Equal(1, (await Now(second)).GenerationId);
    }

    [Fact]
    public async Task The_first_generation_waits_no_longer_than_a_rebalance_may_take()
    {
        using var groups = new TestGroups(new GroupOptions { InitialRebalanceDelay = TimeSpan.FromSeconds(3) });
        var first = groups.Join(rebalanceSeconds: 4);
        groups.Advance(1);
        _ = groups.Join(rebalanceSeconds: 4);
        groups.Advance(2);
        Assert.False(first.IsCompleted);

        groups.Advance(1);

        Assert.Equal(2, (await Now(first)).Members.Count);
    }

    [Fact]
    public async Task A_dynamic_member_is_told_its_id_before_it_counts()
    {
        using var groups = new TestGroups();

        var invited = await Now(groups.Join(version: 4));
        Assert.Equal(KafkaError.MemberIdRequired, invited.Error);
        Assert.Equal(GroupState.Empty, groups.State());
        var joined = await Now(groups.Join(invited.MemberId, version: 4));

        Assert.Equal((KafkaError.None, invited.MemberId), (joined.Error, joined.MemberId));
    }

    [Fact]
    public async Task An_id_that_is_not_used_within_the_session_is_void()
    {
        using var groups = new TestGroups();
        var invited = await Now(groups.Join(version: 4, sessionSeconds: 5));

        groups.Advance(5);

        Assert.Equal(KafkaError.UnknownMemberId, (await Now(groups.Join(invited.MemberId, version: 4))).Error);
    }

    [Fact]
    public async Task A_static_member_needs_no_second_request()
    {
        using var groups = new TestGroups();

        Assert.Equal(KafkaError.None, (await Now(groups.Join(instance: "i", version: 5))).Error);
    }

    [Fact]
    public async Task A_second_member_makes_the_first_join_again()
    {
        using var groups = new TestGroups();
        var first = (await groups.Stable(1))[0];

        var joining = groups.Join();
        Assert.Equal(KafkaError.RebalanceInProgress, groups.Heartbeat(first));
        Assert.False(joining.IsCompleted);
        var again = await Now(groups.Join(first.MemberId));
        var second = await Now(joining);

        Assert.Equal((first.GenerationId + 1, first.GenerationId + 1), (again.GenerationId, second.GenerationId));
        Assert.Equal((first.MemberId, first.MemberId), (again.Leader, second.Leader));
        Assert.Equal([again.MemberId, second.MemberId], again.Members.Select(member => member.MemberId));
        Assert.Empty(second.Members);
        Assert.Equal("range", Encoding.UTF8.GetString(again.Members[1].Metadata.Span));
    }

    [Fact]
    public async Task Who_does_not_join_again_within_the_rebalance_timeout_is_out()
    {
        using var groups = new TestGroups();
        var first = await Now(groups.Join(rebalanceSeconds: 60, sessionSeconds: 1000));
        await Now(groups.Sync(first));
        var joining = groups.Join(rebalanceSeconds: 20);
        groups.Advance(59);
        Assert.False(joining.IsCompleted);

        groups.Advance(1);

        Assert.Single((await Now(joining)).Members);
        Assert.Equal(KafkaError.UnknownMemberId, groups.Heartbeat(first));
    }

    [Fact]
    public async Task A_generation_waits_for_those_who_were_given_an_id()
    {
        using var groups = new TestGroups();
        var first = (await groups.Stable(1))[0];
        var invited = await Now(groups.Join(version: 4));
        _ = groups.Join();
        var again = groups.Join(first.MemberId);
        Assert.False(again.IsCompleted);

        _ = groups.Join(invited.MemberId, version: 4);

        Assert.Equal(3, (await Now(again)).Members.Count);
    }

    [Fact]
    public async Task The_assignor_that_most_members_like_best_is_chosen_among_those_that_all_support()
    {
        using var groups = new TestGroups();
        var first = await Now(groups.Join(assignors: Assignors("a", "b", "c")));
        var second = groups.Join(assignors: Assignors("x", "c", "b"));
        _ = groups.Join(first.MemberId, assignors: Assignors("a", "b", "c"));
        await Now(second);
        var third = groups.Join(assignors: Assignors("c", "b"));
        _ = groups.Join(first.MemberId, assignors: Assignors("a", "b", "c"));
        _ = groups.Join((await Now(second)).MemberId, assignors: Assignors("x", "c", "b"));

        Assert.Equal("c", (await Now(third)).ProtocolName);
    }

    [Fact]
    public async Task Without_an_assignor_that_all_support_nobody_joins()
    {
        using var groups = new TestGroups();
        await groups.Stable(1);

        Assert.Equal(KafkaError.InconsistentGroupProtocol, (await Now(groups.Join(assignors: Assignors("sticky")))).Error);
        Assert.Equal(KafkaError.InconsistentGroupProtocol, (await Now(groups.Join(assignors: []))).Error);
        Assert.Equal(KafkaError.InconsistentGroupProtocol, (await Now(groups.Join(type: "connect"))).Error);
        Assert.Equal(KafkaError.InconsistentGroupProtocol, (await Now(groups.Join(type: ""))).Error);
        Assert.Equal(GroupState.Stable, groups.State());
    }

    [Fact]
    public async Task A_request_with_more_assignors_than_anybody_has_is_refused()
    {
        using var groups = new TestGroups();

        var joined = await Now(groups.Join(assignors: Assignors([.. Enumerable.Range(0, 101).Select(n => $"a{n}")])));

        Assert.Equal(KafkaError.InvalidRequest, joined.Error);
    }

    [Fact]
    public async Task Everybody_gets_the_part_that_the_leader_assigns()
    {
        using var groups = new TestGroups();
        var members = await groups.Stable(3);

        foreach (var (member, n) in members.Select((member, n) => (member, n)))
        {
            Assert.Equal($"part {n}", Encoding.UTF8.GetString((await Now(groups.Sync(member))).Assignment.Span));
            Assert.Equal(KafkaError.None, groups.Heartbeat(member));
        }
    }

    [Fact]
    public async Task A_member_that_the_leader_forgets_gets_nothing()
    {
        using var groups = new TestGroups();
        var joined = await Now(groups.Join());

        var synced = await Now(groups.Sync(joined, assignments: ("somebody else", "all")));

        Assert.Equal((KafkaError.None, 0), (synced.Error, synced.Assignment.Length));
    }

    [Fact]
    public async Task A_sync_that_waits_hears_of_the_next_rebalance()
    {
        using var groups = new TestGroups();
        var first = (await groups.Stable(1))[0];
        var second = groups.Join();
        await Now(groups.Join(first.MemberId));
        var syncing = groups.Sync(await Now(second));
        Assert.False(syncing.IsCompleted);

        _ = groups.Join();

        Assert.Equal(KafkaError.RebalanceInProgress, (await Now(syncing)).Error);
    }

    [Fact]
    public async Task A_sync_of_somebody_else_or_of_another_time_is_refused()
    {
        using var groups = new TestGroups();
        var joined = await Now(groups.Join());

        Assert.Equal(KafkaError.UnknownMemberId, (await Now(groups.Sync(new JoinGroupResponse { MemberId = "nobody", GenerationId = 1 }))).Error);
        Assert.Equal(KafkaError.IllegalGeneration, (await Now(groups.Sync(new JoinGroupResponse { MemberId = joined.MemberId, GenerationId = 7 }))).Error);
        var wrong = new SyncGroupRequest { GroupId = Name, GenerationId = 1, MemberId = joined.MemberId, ProtocolName = "sticky" };
        Assert.Equal(KafkaError.InconsistentGroupProtocol, (await Now(groups.Coordinator.SyncGroupAsync(wrong, Context(5)))).Error);
        wrong = new SyncGroupRequest { GroupId = Name, GenerationId = 1, MemberId = joined.MemberId, ProtocolType = "connect" };
        Assert.Equal(KafkaError.InconsistentGroupProtocol, (await Now(groups.Coordinator.SyncGroupAsync(wrong, Context(5)))).Error);
    }

    [Fact]
    public async Task Who_does_not_sync_within_the_rebalance_timeout_is_out()
    {
        using var groups = new TestGroups();
        var first = (await groups.Stable(1))[0];
        var second = groups.Join(sessionSeconds: 1000);
        var again = await Now(groups.Join(first.MemberId, sessionSeconds: 1000));
        await Now(groups.Sync(again));

        groups.Advance(60);

        Assert.Equal(KafkaError.UnknownMemberId, groups.Heartbeat(await Now(second)));
        Assert.Equal(KafkaError.RebalanceInProgress, groups.Heartbeat(again));
    }

    [Fact]
    public async Task A_follower_that_joins_again_unchanged_gets_the_generation_that_it_is_in()
    {
        using var groups = new TestGroups();
        var members = await groups.Stable(2);

        var again = await Now(groups.Join(members[1].MemberId));

        Assert.Equal(members[1].GenerationId, again.GenerationId);
        Assert.Equal(GroupState.Stable, groups.State());
    }

    [Fact]
    public async Task A_follower_that_changed_its_metadata_makes_everybody_join_again()
    {
        using var groups = new TestGroups();
        var members = await groups.Stable(2);

        var again = groups.Join(members[1].MemberId, assignors: [new() { Name = "range", Metadata = new byte[] { 1 } }]);

        Assert.False(again.IsCompleted);
        Assert.Equal(KafkaError.RebalanceInProgress, groups.Heartbeat(members[0]));
    }

    [Fact]
    public async Task A_leader_that_joins_again_makes_everybody_join_again()
    {
        using var groups = new TestGroups();
        var members = await groups.Stable(2);

        var again = groups.Join(members[0].MemberId);

        Assert.False(again.IsCompleted);
        Assert.Equal(KafkaError.RebalanceInProgress, groups.Heartbeat(members[1]));
    }

    [Fact]
    public async Task A_member_that_asks_twice_gets_the_second_answer()
    {
        using var groups = new TestGroups();
        var members = await groups.Stable(2);
        var first = groups.Join(members[0].MemberId);

        var second = groups.Join(members[0].MemberId);

        Assert.Equal(KafkaError.RebalanceInProgress, (await Now(first)).Error);
        _ = groups.Join(members[1].MemberId);
        Assert.Equal(KafkaError.None, (await Now(second)).Error);
    }

    [Fact]
    public async Task A_silent_member_is_out_when_its_session_ends()
    {
        using var groups = new TestGroups();
        var members = await groups.Stable(2);
        groups.Advance(9);
        Assert.Equal(KafkaError.None, groups.Heartbeat(members[0]));
        groups.Advance(0.9);
        Assert.Equal(GroupState.Stable, groups.State());

        groups.Advance(0.1);

        Assert.Equal(KafkaError.UnknownMemberId, groups.Heartbeat(members[1]));
        Assert.Equal(KafkaError.RebalanceInProgress, groups.Heartbeat(members[0]));
        Assert.Single((await Now(groups.Join(members[0].MemberId))).Members);
    }

    [Fact]
    public async Task The_group_is_empty_when_the_last_session_ends()
    {
        using var groups = new TestGroups();
        var members = await groups.Stable(1);

        groups.Advance(10);

        Assert.Equal(GroupState.Empty, groups.State());
        Assert.Equal(members[0].GenerationId + 2, (await Now(groups.Join())).GenerationId);
    }

    [Fact]
    public async Task A_member_that_waits_is_not_silent()
    {
        using var groups = new TestGroups();
        var first = await Now(groups.Join(sessionSeconds: 100));
        await Now(groups.Sync(first));
        var joining = groups.Join(sessionSeconds: 2);
        groups.Advance(50);
        var again = await Now(groups.Join(first.MemberId, sessionSeconds: 100));
        Assert.Equal(2, again.Members.Count);
        var syncing = groups.Sync(await Now(joining));
        groups.Advance(50);
        await Now(groups.Sync(again));
        Assert.Equal(KafkaError.None, (await Now(syncing)).Error);

        groups.Advance(2);

        Assert.Equal(KafkaError.UnknownMemberId, groups.Heartbeat(await Now(joining)));
    }

    [Fact]
    public async Task A_member_that_waits_to_join_again_is_not_silent_whether_it_beats_or_not()
    {
        using var groups = new TestGroups();
        var slow = await Now(groups.Join(sessionSeconds: 100));
        var joining = groups.Join();
        slow = await Now(groups.Join(slow.MemberId, sessionSeconds: 100));
        await Now(groups.Sync(slow));
        var member = await Now(joining);
        await Now(groups.Sync(member));

        var again = groups.Join(member.MemberId, assignors: [new() { Name = "range", Metadata = new byte[] { 1 } }]);
        groups.Advance(20);
        Assert.False(again.IsCompleted);
        Assert.Equal(KafkaError.RebalanceInProgress, groups.Heartbeat(member));
        groups.Advance(20);
        Assert.False(again.IsCompleted);

        Assert.Equal(2, (await Now(groups.Join(slow.MemberId, sessionSeconds: 100))).Members.Count);
    }

    [Fact]
    public async Task A_part_of_the_generation_before_is_nobodys()
    {
        using var groups = new TestGroups();
        var members = await groups.Stable(2);
        var leading = groups.Join(members[0].MemberId);
        var follower = await Now(groups.Join(members[1].MemberId));
        await Now(groups.Sync(await Now(leading)));

        Assert.Equal(0, (await Now(groups.Sync(follower))).Assignment.Length);
    }

    [Fact]
    public async Task To_have_synced_in_the_generation_before_is_not_enough()
    {
        using var groups = new TestGroups();
        var members = await groups.Stable(2);
        var leading = groups.Join(members[0].MemberId, sessionSeconds: 1000);
        var follower = await Now(groups.Join(members[1].MemberId, sessionSeconds: 1000));
        await Now(groups.Sync(await Now(leading)));

        groups.Advance(60);

        Assert.Equal(KafkaError.UnknownMemberId, groups.Heartbeat(follower));
    }

    [Fact]
    public async Task Another_leads_when_the_leader_leaves()
    {
        using var groups = new TestGroups();
        var members = await groups.Stable(2);

        Assert.Equal(KafkaError.None, groups.Leave(members[0].MemberId));
        var again = await Now(groups.Join(members[1].MemberId));

        Assert.Equal(members[1].MemberId, again.Leader);
        Assert.Equal(KafkaError.UnknownMemberId, groups.Heartbeat(members[0]));
    }

    [Fact]
    public async Task Several_leave_at_once()
    {
        using var groups = new TestGroups();
        var members = await groups.Stable(3);
        var invited = await Now(groups.Join(version: 4));

        var left = groups.Coordinator.LeaveGroup(
            new LeaveGroupRequest { GroupId = Name, Members = [.. members.Skip(1).Append(invited).Select(one => new LeaveGroupRequest.LeavingMember { MemberId = one.MemberId }), new() { MemberId = "nobody" }] },
            Context(5));

        Assert.Equal([KafkaError.None, KafkaError.None, KafkaError.None, KafkaError.UnknownMemberId], left.Members.Select(member => member.Error));
        Assert.Equal(KafkaError.None, left.Error);
        Assert.Single((await Now(groups.Join(members[0].MemberId))).Members);
    }

    [Fact]
    public void Where_only_one_can_leave_the_answer_has_one_error()
    {
        using var groups = new TestGroups();

        var left = groups.Coordinator.LeaveGroup(new LeaveGroupRequest { GroupId = Name, Members = [new() { MemberId = "nobody" }] }, Context(2));

        Assert.Equal(KafkaError.UnknownMemberId, left.Error);
    }

    [Fact]
    public async Task A_new_member_whose_connection_is_lost_while_it_joins_is_forgotten()
    {
        using var groups = new TestGroups();
        var first = (await groups.Stable(1))[0];
        using var connection = new CancellationTokenSource();
        var lost = groups.Join(aborted: connection.Token);
        var again = groups.Join(first.MemberId);
        Assert.Equal(2, (await Now(again)).Members.Count);
        var waiting = groups.Join(aborted: connection.Token);

        await connection.CancelAsync();

        await Assert.ThrowsAsync<TaskCanceledException>(() => waiting);
        Assert.Equal(KafkaError.None, (await Now(lost)).Error);
        _ = groups.Join((await Now(lost)).MemberId);
        Assert.Equal(2, (await Now(groups.Join(first.MemberId))).Members.Count);
    }

    [Fact]
    public async Task A_member_whose_connection_is_lost_while_it_joins_again_has_its_session_to_come_back()
    {
        using var groups = new TestGroups();
        var members = await groups.Stable(2);
        using var connection = new CancellationTokenSource();
        var lost = groups.Join(members[0].MemberId, aborted: connection.Token);
        await connection.CancelAsync();
        await Assert.ThrowsAsync<TaskCanceledException>(() => lost);
        var other = groups.Join(members[1].MemberId);
        groups.Advance(9);
        Assert.False(other.IsCompleted);

        groups.Advance(1);

        Assert.Single((await Now(other)).Members);
    }

    [Fact]
    public async Task A_member_whose_connection_is_lost_while_it_syncs_has_its_session_to_come_back()
    {
        using var groups = new TestGroups();
        var first = (await groups.Stable(1))[0];
        var second = groups.Join();
        var again = await Now(groups.Join(first.MemberId));
        using var connection = new CancellationTokenSource();
        var lost = groups.Sync(await Now(second), aborted: connection.Token);
        await connection.CancelAsync();
        await Assert.ThrowsAsync<TaskCanceledException>(() => lost);

        await Now(groups.Sync(again, assignments: ((await Now(second)).MemberId, "all")));

        Assert.Equal("all", Encoding.UTF8.GetString((await Now(groups.Sync(await Now(second)))).Assignment.Span));
    }

    [Theory]
    [InlineData(0, KafkaError.InvalidSessionTimeout)]
    [InlineData(1, KafkaError.None)]
    [InlineData(1800, KafkaError.None)]
    [InlineData(1801, KafkaError.InvalidSessionTimeout)]
    public async Task Session_timeouts_have_bounds(int seconds, KafkaError error)
    {
        using var groups = new TestGroups();

        Assert.Equal(error, (await Now(groups.Join(sessionSeconds: seconds))).Error);
    }

    [Fact]
    public async Task A_full_group_lets_nobody_in_but_its_members()
    {
        using var groups = new TestGroups(new GroupOptions { MaxMembers = 2 });
        var members = await groups.Stable(2);

        Assert.Equal(KafkaError.GroupMaxSizeReached, (await Now(groups.Join())).Error);
        Assert.Equal(KafkaError.GroupMaxSizeReached, (await Now(groups.Join(version: 4))).Error);
        Assert.Equal(KafkaError.None, (await Now(groups.Join(members[1].MemberId))).Error);
    }

    [Fact]
    public async Task There_are_only_so_many_groups()
    {
        using var groups = new TestGroups(new GroupOptions { MaxGroups = 1 });
        await Now(groups.Join());

        Assert.Equal(KafkaError.PolicyViolation, (await Now(groups.Join(group: "another"))).Error);
        Assert.Equal(KafkaError.PolicyViolation, groups.Commit(1, group: "another"));
    }

    [Fact]
    public async Task A_group_without_a_name_is_refused()
    {
        using var groups = new TestGroups();

        Assert.Equal(KafkaError.InvalidGroupId, (await Now(groups.Join(group: ""))).Error);
        Assert.Equal(KafkaError.InvalidGroupId, groups.Coordinator.Heartbeat(new HeartbeatRequest()).Error);
    }

    [Fact]
    public async Task A_member_of_a_group_that_nobody_knows_is_unknown()
    {
        using var groups = new TestGroups();

        Assert.Equal(KafkaError.UnknownMemberId, (await Now(groups.Join("somebody"))).Error);
        Assert.Equal(KafkaError.UnknownMemberId, groups.Heartbeat(new JoinGroupResponse { MemberId = "somebody" }));
        Assert.Equal(KafkaError.UnknownMemberId, (await Now(groups.Sync(new JoinGroupResponse { MemberId = "somebody" }))).Error);
        Assert.Equal(KafkaError.UnknownMemberId, groups.Leave("somebody"));
        Assert.Equal(GroupState.Dead, groups.State());
    }

    [Fact]
    public async Task The_end_of_the_coordinator_answers_who_waits()
    {
        using var groups = new TestGroups();
        await groups.Stable(1);
        var waiting = groups.Join();

        groups.Coordinator.Dispose();

        Assert.Equal(KafkaError.CoordinatorNotAvailable, (await Now(waiting)).Error);
        Assert.Equal(KafkaError.CoordinatorNotAvailable, (await Now(groups.Join())).Error);
    }

    [Fact]
    public async Task A_restart_forgets_members_but_no_generation()
    {
        using var groups = new TestGroups();
        var members = await groups.Stable(2);

        groups.Restart();

        Assert.Equal(KafkaError.UnknownMemberId, groups.Heartbeat(members[0]));
        Assert.Equal(KafkaError.UnknownMemberId, (await Now(groups.Join(members[0].MemberId))).Error);
        Assert.Equal(members[0].GenerationId + 1, (await Now(groups.Join())).GenerationId);
    }

    [Fact]
    public async Task Many_at_once_come_and_go_and_leave_nothing_behind()
    {
        using var groups = new TestGroups();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var round = 0; round < 50; round++)
            {
                await ComeAndGo(groups);
            }
        }))).WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(GroupState.Empty, groups.State());
    }

    private static async Task ComeAndGo(TestGroups groups)
    {
        var id = "";
        while (true)
        {
            var joined = await groups.Join(id, version: 4);
            id = joined.MemberId;
            if (joined.Error == KafkaError.None && (await groups.Sync(joined)).Error == KafkaError.None)
            {
                groups.Commit(1, joined);
                Assert.Equal(KafkaError.None, groups.Leave(id));
                return;
            }
        }
    }
}
