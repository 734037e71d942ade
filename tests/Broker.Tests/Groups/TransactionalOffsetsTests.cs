using Millrace.Broker.Groups;

namespace Millrace.Broker.Tests.Groups;

public sealed class TransactionalOffsetsTests
{
    [Theory]
    [InlineData(true, 5)]
    [InlineData(false, 1)]
    public void Offsets_in_a_transaction_count_when_it_ends(bool committed, long expected)
    {
        using var groups = new TestGroups();
        groups.Commit(1);

        Assert.Equal(KafkaError.None, groups.CommitInTransaction(5));
        Assert.Equal(1, groups.Committed());
        groups.End(committed: committed);

        Assert.Equal(expected, groups.Committed());
        groups.Restart();
        Assert.Equal(expected, groups.Committed());
    }

    [Theory]
    [InlineData(true, 5)]
    [InlineData(false, -1)]
    public void A_transaction_may_end_after_a_restart(bool committed, long expected)
    {
        using var groups = new TestGroups();
        groups.CommitInTransaction(5);
        groups.Restart();
        Assert.Equal(KafkaError.UnstableOffsetCommit, groups.Fetch(stable: true).Error);

        groups.End(committed: committed);

        Assert.Equal(expected, groups.Committed());
        Assert.Equal(KafkaError.None, groups.Fetch(stable: true).Error);
    }

    [Fact]
    public void The_end_may_be_told_twice()
    {
        using var groups = new TestGroups();
        groups.CommitInTransaction(5);
        groups.End();
        groups.Commit(7);

        groups.End();

        Assert.Equal(7, groups.Committed());
    }

    [Fact]
    public void The_end_of_a_transaction_leaves_nothing_pending()
    {
        using var groups = new TestGroups();
        groups.CommitInTransaction(5);
        groups.CommitInTransaction(6, partition: 1);

        groups.End();

        Assert.Equal((5, 6), (groups.Committed(), groups.Committed(partition: 1)));
        Assert.DoesNotContain(groups.Journal.Read(""), entry => entry.Key.StartsWith(GroupKeys.Pending, StringComparison.Ordinal));
    }

    [Fact]
    public void The_later_offset_of_a_transaction_counts()
    {
        using var groups = new TestGroups();
        groups.CommitInTransaction(5);
        groups.CommitInTransaction(6);
        groups.End();

        Assert.Equal(6, groups.Committed());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_commit_after_that_of_the_transaction_counts_although_the_transaction_ends_later(bool restarted)
    {
        using var groups = new TestGroups();
        groups.CommitInTransaction(5);
        groups.Commit(7);
        if (restarted)
        {
            groups.Restart();
        }

        groups.End();

        Assert.Equal(7, groups.Committed());
    }

    [Fact]
    public void After_a_restart_later_commits_are_still_later()
    {
        using var groups = new TestGroups();
        groups.Commit(1);
        groups.Commit(2);
        groups.Restart();
        groups.CommitInTransaction(5);
        groups.CommitInTransaction(6);
        groups.CommitInTransaction(8, producer: 2, partition: 1);
        groups.Restart();
        groups.Commit(9, partition: 1);

        groups.End();
        groups.End(producer: 2);

        Assert.Equal((6, 9), (groups.Committed(), groups.Committed(partition: 1)));
    }

    [Fact]
    public void After_a_restart_an_older_epoch_is_still_refused()
    {
        using var groups = new TestGroups();
        groups.CommitInTransaction(5, epoch: 3);
        groups.Restart();

        Assert.Equal(KafkaError.InvalidProducerEpoch, groups.CommitInTransaction(6, epoch: 2));
    }

    [Fact]
    public void Only_who_wants_stable_offsets_waits_for_the_end()
    {
        using var groups = new TestGroups();
        groups.Commit(1);
        groups.CommitInTransaction(5);

        Assert.Equal((KafkaError.None, 1), (groups.Fetch().Error, groups.Committed()));
        var stable = groups.Fetch(stable: true);
        Assert.Equal((KafkaError.UnstableOffsetCommit, -1), (stable.Error, stable.CommittedOffset));
        Assert.Equal(KafkaError.None, groups.Fetch(partition: 1, stable: true).Error);
    }

    [Fact]
    public void Producers_do_not_end_each_others_transactions()
    {
        using var groups = new TestGroups();
        groups.CommitInTransaction(5, producer: 1);
        groups.CommitInTransaction(6, producer: 2, partition: 1);

        groups.End(producer: 1, committed: false);
        groups.End(producer: 2);

        Assert.Equal((-1, 6), (groups.Committed(), groups.Committed(partition: 1)));
    }

    [Fact]
    public void An_older_epoch_of_the_producer_is_refused()
    {
        using var groups = new TestGroups();
        groups.CommitInTransaction(5, epoch: 3);

        Assert.Equal(KafkaError.InvalidProducerEpoch, groups.CommitInTransaction(6, epoch: 2));
        groups.End(epoch: 2, committed: false);
        groups.End(epoch: 3);

        Assert.Equal(5, groups.Committed());
    }

    [Fact]
    public void The_end_fences_older_epochs()
    {
        using var groups = new TestGroups();
        groups.CommitInTransaction(5, epoch: 3);

        groups.End(epoch: 4, committed: false);

        Assert.Equal(KafkaError.InvalidProducerEpoch, groups.CommitInTransaction(6, epoch: 3));
        Assert.Equal(KafkaError.None, groups.Fetch(stable: true).Error);
    }

    [Fact]
    public void A_newer_epoch_does_not_inherit_what_an_older_one_left()
    {
        using var groups = new TestGroups();
        groups.CommitInTransaction(5, epoch: 3);
        groups.CommitInTransaction(6, epoch: 4, partition: 1);

        groups.End(epoch: 4);

        Assert.Equal((-1, 6), (groups.Committed(), groups.Committed(partition: 1)));
    }

    [Fact]
    public async Task A_producer_that_names_a_member_has_to_name_the_right_one()
    {
        using var groups = new TestGroups();
        var member = (await groups.Stable(1))[0];

        Assert.Equal(KafkaError.UnknownMemberId, groups.CommitInTransaction(1, member: new JoinGroupResponse { MemberId = "nobody", GenerationId = member.GenerationId }));
        Assert.Equal(KafkaError.IllegalGeneration, groups.CommitInTransaction(1, member: new JoinGroupResponse { MemberId = member.MemberId, GenerationId = member.GenerationId - 1 }));
        Assert.Equal(KafkaError.None, groups.CommitInTransaction(1, member: member));
    }

    [Fact]
    public async Task A_producer_that_names_no_member_commits_whoever_is_in_the_group()
    {
        using var groups = new TestGroups();
        await groups.Stable(1);

        Assert.Equal(KafkaError.None, groups.CommitInTransaction(1));
    }

    [Fact]
    public void A_commit_to_what_does_not_exist_is_refused()
    {
        using var groups = new TestGroups();

        Assert.Equal(KafkaError.UnknownTopicOrPartition, groups.CommitInTransaction(1, topic: "unknown"));
        groups.End();
        Assert.Equal(-1, groups.Committed("unknown"));
    }

    [Fact]
    public void A_group_that_nobody_knows_takes_part_in_any_transaction()
    {
        using var groups = new TestGroups();

        groups.Coordinator.Participant("nobody").End(1, 0, committed: true);

        Assert.Empty(groups.Journal.Read(""));
    }

    [Fact]
    public void A_group_with_an_open_transaction_does_not_expire()
    {
        using var groups = new TestGroups();
        groups.Commit(4);
        groups.CommitInTransaction(5);
        groups.Advance(TimeSpan.FromDays(8).TotalSeconds);

        groups.Coordinator.Maintain();
        Assert.Equal(4, groups.Committed());
        groups.End();

        Assert.Equal(5, groups.Committed());
    }
}
