using Millrace.Broker.Groups;
using Millrace.Broker.Protocol;
using static Millrace.Broker.Tests.Groups.TestGroups;

namespace Millrace.Broker.Tests.Groups;

public sealed class GroupOffsetsTests
{
    [Fact]
    public void What_is_committed_is_fetched_before_and_after_a_restart()
    {
        using var groups = new TestGroups();
        var error = groups.Coordinator.OffsetCommit(new OffsetCommitRequest
        {
            GroupId = Name,
            Topics = [new() { Name = Topic, Partitions = [new() { Index = 3, CommittedOffset = 42, CommittedLeaderEpoch = 5, CommittedMetadata = "ü" }] }],
        }).Topics[0].Partitions[0].Error;
        Assert.Equal(KafkaError.None, error);

        for (var round = 0; round < 2; round++)
        {
            var fetched = groups.Fetch(partition: 3);
            Assert.Equal((42, 5, "ü", KafkaError.None), (fetched.CommittedOffset, fetched.CommittedLeaderEpoch, fetched.Metadata, fetched.Error));
            groups.Restart();
        }
    }

    [Fact]
    public void What_is_not_committed_is_fetched_as_nothing()
    {
        using var groups = new TestGroups();
        groups.Commit(1);

        Assert.Equal((-1, -1, "", KafkaError.None), Parts(groups.Fetch(partition: 1)));
        Assert.Equal((-1, -1, "", KafkaError.None), Parts(groups.Fetch(group: "another")));

        static (long, int, string?, KafkaError) Parts(OffsetFetchResponse.Partition one) => (one.CommittedOffset, one.CommittedLeaderEpoch, one.Metadata, one.Error);
    }

    [Fact]
    public void A_commit_without_metadata_is_fetched_with_empty_metadata()
    {
        using var groups = new TestGroups();
        groups.Commit(1, metadata: null);

        Assert.Equal("", groups.Fetch().Metadata);
    }

    [Fact]
    public void Groups_do_not_see_each_others_offsets()
    {
        using var groups = new TestGroups();
        groups.Commit(1, group: "a");
        groups.Commit(2, group: "b");

        Assert.Equal((1, 2), (groups.Committed(group: "a"), groups.Committed(group: "b")));
    }

    [Fact]
    public void Everything_can_be_fetched_without_naming_it_of_several_groups_at_once()
    {
        using var groups = new TestGroups();
        groups.Commit(1, partition: 2);
        groups.Commit(2, partition: 1);
        groups.Commit(3, topic: "other");

        var fetched = groups.Coordinator.OffsetFetch(new OffsetFetchRequest { Groups = [new() { GroupId = Name }, new() { GroupId = "nobody" }] }).Groups;

        Assert.Equal([Name, "nobody"], fetched.Select(group => group.GroupId));
        Assert.Equal(
            [("other", 0, 3L), (Topic, 1, 2L), (Topic, 2, 1L)],
            fetched[0].Topics.SelectMany(topic => topic.Partitions.Select(one => (topic.Name, one.Index, one.CommittedOffset))).Order());
        Assert.Empty(fetched[1].Topics);
    }

    [Fact]
    public void A_commit_to_what_does_not_exist_is_refused_alone()
    {
        using var groups = new TestGroups();

        var answer = groups.Coordinator.OffsetCommit(new OffsetCommitRequest
        {
            GroupId = Name,
            Topics =
            [
                new() { Name = Topic, Partitions = [new() { Index = 0, CommittedOffset = 1 }, new() { Index = 10, CommittedOffset = 1 }] },
                new() { Name = "unknown", Partitions = [new() { Index = 0, CommittedOffset = 1 }] },
            ],
        });

        Assert.Equal(
            [KafkaError.None, KafkaError.UnknownTopicOrPartition, KafkaError.UnknownTopicOrPartition],
            answer.Topics.SelectMany(topic => topic.Partitions).Select(one => one.Error));
        Assert.Equal((1, -1), (groups.Committed(), groups.Committed("unknown")));
    }

    [Theory]
    [InlineData(4096, KafkaError.None)]
    [InlineData(4097, KafkaError.OffsetMetadataTooLarge)]
    public void Metadata_have_a_bound(int length, KafkaError error)
    {
        using var groups = new TestGroups();

        Assert.Equal(error, groups.Commit(1, metadata: new string('m', length)));
        Assert.Equal(error == KafkaError.None ? 1 : -1, groups.Committed());
    }

    [Fact]
    public async Task A_member_commits_in_its_generation_only()
    {
        using var groups = new TestGroups();
        var member = (await groups.Stable(1))[0];

        Assert.Equal(KafkaError.None, groups.Commit(1, member));
        Assert.Equal(KafkaError.IllegalGeneration, groups.Commit(2, new JoinGroupResponse { MemberId = member.MemberId, GenerationId = member.GenerationId - 1 }));
        Assert.Equal(KafkaError.UnknownMemberId, groups.Commit(2, new JoinGroupResponse { MemberId = "nobody", GenerationId = member.GenerationId }));
        Assert.Equal(KafkaError.UnknownMemberId, groups.Commit(2));
        Assert.Equal(1, groups.Committed());
    }

    [Fact]
    public async Task A_member_commits_while_others_join_but_not_while_it_waits_for_its_assignment()
    {
        using var groups = new TestGroups();
        var member = (await groups.Stable(1))[0];
        _ = groups.Join();
        Assert.Equal(KafkaError.None, groups.Commit(1, member));

        var again = await Now(groups.Join(member.MemberId));

        Assert.Equal(KafkaError.RebalanceInProgress, groups.Commit(2, again));
        await Now(groups.Sync(again));
        Assert.Equal(KafkaError.None, groups.Commit(3, again));
    }

    [Fact]
    public async Task A_commit_is_a_sign_of_life()
    {
        using var groups = new TestGroups();
        var member = (await groups.Stable(1))[0];
        groups.Advance(9);
        groups.Commit(1, member);
        groups.Advance(9);

        Assert.Equal(KafkaError.None, groups.Heartbeat(member));
    }

    [Fact]
    public async Task After_a_restart_nobody_commits_for_a_generation_from_before()
    {
        using var groups = new TestGroups();
        var member = (await groups.Stable(1))[0];
        groups.Commit(1, member);

        groups.Restart();

        Assert.Equal(KafkaError.UnknownMemberId, groups.Commit(2, member));
        await groups.Stable(1);
        Assert.Equal(KafkaError.UnknownMemberId, groups.Commit(2, member));
        Assert.Equal(1, groups.Committed());
    }

    [Fact]
    public void A_member_of_a_group_that_nobody_knows_commits_nothing()
    {
        using var groups = new TestGroups();

        Assert.Equal(KafkaError.IllegalGeneration, groups.Commit(1, new JoinGroupResponse { MemberId = "m", GenerationId = 1 }));
        Assert.Equal(KafkaError.IllegalGeneration, groups.CommitInTransaction(1, member: new JoinGroupResponse { MemberId = "m", GenerationId = 1 }));
        Assert.Equal(GroupState.Dead, groups.State());
    }

    [Fact]
    public async Task When_the_members_are_gone_anybody_commits()
    {
        using var groups = new TestGroups();
        var member = (await groups.Stable(1))[0];
        groups.Leave(member.MemberId);

        Assert.Equal(KafkaError.None, groups.Commit(1));
    }

    [Fact]
    public void The_offsets_of_a_topic_go_with_it()
    {
        using var groups = new TestGroups();
        groups.Commit(1);
        groups.Commit(2, topic: "other");
        groups.CommitInTransaction(3, partition: 1);
        groups.CommitInTransaction(4, topic: "other", partition: 1);

        groups.Coordinator.TopicDeleted(Topic);
        groups.Restart();
        groups.End();

        Assert.Equal((-1, -1), (groups.Committed(), groups.Committed(partition: 1)));
        Assert.Equal((2, 4), (groups.Committed("other"), groups.Committed("other", 1)));
    }

    [Fact]
    public void Offsets_can_be_deleted()
    {
        using var groups = new TestGroups();
        groups.Commit(1);
        groups.Commit(2, partition: 1);

        var deleted = Delete(groups, (Topic, 0), ("unknown", 0));
        groups.Restart();

        Assert.Equal([KafkaError.None, KafkaError.UnknownTopicOrPartition], deleted.Topics.Select(topic => topic.Partitions.Single().Error));
        Assert.Equal((-1, 2), (groups.Committed(), groups.Committed(partition: 1)));
        Assert.Equal(KafkaError.GroupIdNotFound, groups.Coordinator.OffsetDelete(new OffsetDeleteRequest { GroupId = "nobody" }).Error);
    }

    [Fact]
    public async Task Offsets_that_a_member_reads_from_cannot_be_deleted()
    {
        using var groups = new TestGroups();
        groups.Commit(1);
        groups.Commit(2, topic: "other");

        // Version 1, one topic, and user data that nobody here reads.
        var subscription = new byte[] { 0, 1, 0, 0, 0, 1, 0, 5, (byte)'o', (byte)'t', (byte)'h', (byte)'e', (byte)'r', 0, 0, 0, 0 };
        await Now(groups.Join(assignors: [new() { Name = "range", Metadata = subscription }]));

        var deleted = Delete(groups, (Topic, 0), ("other", 0));

        Assert.Equal([KafkaError.None, KafkaError.GroupSubscribedToTopic], deleted.Topics.Select(topic => topic.Partitions.Single().Error));
        Assert.Equal((-1, 2), (groups.Committed(), groups.Committed("other")));
    }

    [Fact]
    public async Task Offsets_cannot_be_deleted_from_under_members_whose_subscription_nobody_can_read()
    {
        using var groups = new TestGroups();
        groups.Commit(1);
        await Now(groups.Join(assignors: Assignors("x")));

        Assert.Equal(KafkaError.GroupSubscribedToTopic, Delete(groups, (Topic, 0)).Topics.Single().Partitions.Single().Error);
        Assert.Equal(1, groups.Committed());
    }

    [Fact]
    public async Task Offsets_of_a_group_of_something_else_cannot_be_deleted_while_it_has_members()
    {
        using var groups = new TestGroups();
        await Now(groups.Join(type: "connect"));

        Assert.Equal(KafkaError.NonEmptyGroup, Delete(groups, (Topic, 0)).Error);
    }

    [Fact]
    public void Offsets_of_a_group_without_members_expire()
    {
        using var groups = new TestGroups();
        groups.Commit(1);
        groups.Advance(TimeSpan.FromDays(1).TotalSeconds);
        groups.Commit(2, partition: 1);
        groups.Advance(TimeSpan.FromDays(6).TotalSeconds - 1);
        groups.Coordinator.Maintain();
        Assert.Equal((1, 2), (groups.Committed(), groups.Committed(partition: 1)));

        groups.Advance(1);
        groups.Coordinator.Maintain();
        Assert.Equal((-1, 2), (groups.Committed(), groups.Committed(partition: 1)));
        groups.Restart();
        Assert.Equal((-1, 2), (groups.Committed(), groups.Committed(partition: 1)));
    }

    [Fact]
    public async Task Offsets_of_a_group_with_members_do_not_expire_nor_at_once_when_they_leave()
    {
        using var groups = new TestGroups();
        var member = await Now(groups.Join(instance: "i", version: 5, sessionSeconds: 1800));
        await Now(groups.Sync(member, "i"));
        groups.Commit(1, member, instance: "i");
        for (var half = 0; half < 48 * 8; half++)
        {
            groups.Advance(1799);
            Assert.Equal(KafkaError.None, groups.Heartbeat(member, "i"));
        }

        groups.Coordinator.Maintain();
        Assert.Equal(1, groups.Committed());
        groups.Leave("", "i");
        groups.Coordinator.Maintain();
        Assert.Equal(1, groups.Committed());

        groups.Advance(TimeSpan.FromDays(7).TotalSeconds);
        groups.Coordinator.Maintain();
        Assert.Equal(-1, groups.Committed());
    }

    [Fact]
    public async Task A_group_of_which_nothing_is_left_is_forgotten()
    {
        using var groups = new TestGroups();
        var member = (await groups.Stable(1))[0];
        groups.Coordinator.Maintain();
        Assert.Equal(GroupState.Stable, groups.State());
        groups.Leave(member.MemberId);
        Assert.Equal(GroupState.Empty, groups.State());

        groups.Coordinator.Maintain();

        Assert.Equal(GroupState.Dead, groups.State());
        Assert.Empty(groups.Journal.Read(""));
        Assert.Equal(KafkaError.None, (await Now(groups.Join())).Error);
    }

    private static OffsetDeleteResponse Delete(TestGroups groups, params (string Topic, int Partition)[] partitions) =>
        groups.Coordinator.OffsetDelete(new OffsetDeleteRequest
        {
            GroupId = Name,
            Topics = [.. partitions.Select(one => new ByTopic<OffsetDeleteRequest.Partition> { Name = one.Topic, Partitions = [new() { Index = one.Partition }] })],
        });
}
