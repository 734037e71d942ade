using System.Text;
using Millrace.Broker.Groups;
using static Millrace.Broker.Tests.Groups.TestGroups;

namespace Millrace.Broker.Tests.Groups;

public sealed class GroupAdministrationTests
{
    [Fact]
    public async Task A_stable_group_is_described_with_its_members()
    {
        using var groups = new TestGroups();
        var members = await groups.Stable(2);

        var described = Describe(groups);

        Assert.Equal(("Stable", "consumer", "range"), (described.GroupState, described.ProtocolType, described.ProtocolData));
        Assert.Equal(
            members.Select((member, n) => (member.MemberId, "client", "/127.0.0.1", "range", $"part {n}")).Order(),
            described.Members.Select(member => (member.MemberId, member.ClientId, member.ClientHost, Text(member.MemberMetadata), Text(member.MemberAssignment))).Order());

        static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
    }

    [Fact]
    public async Task A_group_that_rebalances_is_described_without_metadata()
    {
        using var groups = new TestGroups();
        await groups.Stable(1);
        _ = groups.Join(instance: "i", version: 5);

        var described = Describe(groups);

        Assert.Equal(("PreparingRebalance", ""), (described.GroupState, described.ProtocolData));
        Assert.Equal(["i", null], described.Members.Select(member => member.GroupInstanceId).OrderDescending());
        Assert.All(described.Members, member => Assert.True(member.MemberMetadata.IsEmpty && member.MemberAssignment.IsEmpty));
    }

    [Fact]
    public void A_group_that_nobody_knows_is_dead()
    {
        using var groups = new TestGroups();

        Assert.Equal(("Dead", KafkaError.None), (Describe(groups).GroupState, Describe(groups).Error));
    }

    [Fact]
    public void Operations_are_described_to_who_asks()
    {
        using var groups = new TestGroups();
        groups.Commit(1);

        Assert.Equal(int.MinValue, Describe(groups).AuthorizedOperations);
        Assert.Equal(328, groups.Coordinator.DescribeGroups(new DescribeGroupsRequest { Groups = [Name], IncludeAuthorizedOperations = true }).Groups[0].AuthorizedOperations);
    }

    [Fact]
    public async Task Groups_are_listed_by_state()
    {
        using var groups = new TestGroups();
        await groups.Stable(1);
        groups.Commit(1, group: "offsets");

        Assert.Equal([("offsets", "", "Empty"), (Name, "consumer", "Stable")], List().Reverse());
        Assert.Equal([(Name, "consumer", "Stable")], List("stable", "Dead"));
        Assert.Empty(List("Dead"));

        IEnumerable<(string, string, string)> List(params string[] states) =>
            groups.Coordinator.ListGroups(new ListGroupsRequest { StatesFilter = [.. states] }).Groups.Select(group => (group.GroupId, group.ProtocolType, group.GroupState));
    }

    [Fact]
    public async Task A_group_is_deleted_when_nobody_is_in_it()
    {
        using var groups = new TestGroups();
        var member = (await groups.Stable(1))[0];
        groups.Commit(1, member);
        groups.CommitInTransaction(2, partition: 1);
        Assert.Equal(KafkaError.NonEmptyGroup, Delete());
        groups.Leave(member.MemberId);

        Assert.Equal(KafkaError.None, Delete());

        Assert.Equal(KafkaError.GroupIdNotFound, Delete());
        Assert.Equal(GroupState.Dead, groups.State());
        Assert.Empty(groups.Journal.Read(""));
        Assert.Equal(-1, groups.Committed());

        KafkaError Delete() => groups.Coordinator.DeleteGroups(new DeleteGroupsRequest { Groups = [Name] }).Results.Single().Error;
    }

    private static DescribeGroupsResponse.Group Describe(TestGroups groups) =>
        groups.Coordinator.DescribeGroups(new DescribeGroupsRequest { Groups = [Name] }).Groups.Single();
}
