using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Millrace.Broker.Groups;
using Millrace.Broker.Server;
using Millrace.Broker.Storage;

namespace Millrace.Broker.Tests.Groups;

/// <summary>A coordinator with a clock that stands still, and short forms of its requests.</summary>
internal sealed class TestGroups : IDisposable
{
    public const string Name = "group";
    public const string Topic = "topic";

    private readonly GroupOptions _options;

    public TestGroups(GroupOptions? options = null)
    {
        _options = options ?? new GroupOptions { OffsetRetention = TimeSpan.FromDays(7) };
        Coordinator = Start();
    }

    public FakeTimeProvider Time { get; } = new();

    public Journal Journal { get; } = Journal.InMemory();

    /// <summary>The partitions 0 to 9 of these topics exist.</summary>
    public HashSet<string> Topics { get; } = [Topic, "other"];

    public GroupCoordinator Coordinator { get; private set; }

    /// <summary>An answer that is there without anything else having to happen.</summary>
    public static async Task<T> Now<T>(Task<T> answer)
    {
        Assert.True(answer.IsCompleted, "The answer waits.");
        return await answer;
    }

    public static JoinGroupRequest.Protocol[] Assignors(params string[] names) =>
        [.. names.Select(name => new JoinGroupRequest.Protocol { Name = name, Metadata = Encoding.UTF8.GetBytes(name) })];

    public static RequestContext Context(short version, CancellationToken aborted = default) => new("client", "/127.0.0.1", version, aborted);

    public void Restart()
    {
        Coordinator.Dispose();
        Coordinator = Start();
    }

    public void Advance(double seconds) => Time.Advance(TimeSpan.FromSeconds(seconds));

    /// <summary>Joins, before version 4 if nothing is said: without being asked to come again with an id.</summary>
    public Task<JoinGroupResponse> Join(
        string memberId = "",
        string? instance = null,
        short version = 3,
        int sessionSeconds = 10,
        int rebalanceSeconds = 60,
        string type = "consumer",
        JoinGroupRequest.Protocol[]? assignors = null,
        string group = Name,
        CancellationToken aborted = default) =>
        Coordinator.JoinGroupAsync(
            new JoinGroupRequest
            {
                GroupId = group,
                MemberId = memberId,
                GroupInstanceId = instance,
                SessionTimeoutMs = sessionSeconds * 1000,
                RebalanceTimeoutMs = rebalanceSeconds * 1000,
                ProtocolType = type,
                Protocols = [.. assignors ?? Assignors("range")],
            },
            Context(version, aborted));

    public Task<SyncGroupResponse> Sync(JoinGroupResponse joined, string? instance = null, CancellationToken aborted = default, params (string Member, string Assignment)[] assignments) =>
        Coordinator.SyncGroupAsync(
            new SyncGroupRequest
            {
                GroupId = Name,
                GenerationId = joined.GenerationId,
                MemberId = joined.MemberId,
                GroupInstanceId = instance,
                Assignments = [.. assignments.Select(one => new SyncGroupRequest.MemberAssignment { MemberId = one.Member, Assignment = Encoding.UTF8.GetBytes(one.Assignment) })],
            },
            Context(3, aborted));

    public KafkaError Heartbeat(JoinGroupResponse joined, string? instance = null) => Coordinator.Heartbeat(new HeartbeatRequest
    {
        GroupId = Name,
        GenerationId = joined.GenerationId,
        MemberId = joined.MemberId,
        GroupInstanceId = instance,
    }).Error;

    public KafkaError Leave(string memberId, string? instance = null)
    {
        var request = new LeaveGroupRequest { GroupId = Name, Members = [new() { MemberId = memberId, GroupInstanceId = instance }] };
        return Coordinator.LeaveGroup(request, Context(5)).Members.Single().Error;
    }

    /// <summary>A stable group of that many members, the leader first; member n is assigned <c>part n</c>.</summary>
    public async Task<List<JoinGroupResponse>> Stable(int members)
    {
        var ids = new List<string>();
        for (var i = 0; i < members; i++)
        {
            // The first is alone; each of the others waits for those before it to join again.
            var joining = Join(version: 3);
            var others = ids.Select(id => Join(id)).ToList();
            ids = [.. (await Task.WhenAll(others)).Select(answer => answer.MemberId), (await Now(joining)).MemberId];
        }

        // Everybody who waits got the answer of the last generation, and so would anybody who asks again.
        var leader = await Now(Join(ids[0]));
        var rejoined = ids.Skip(1).Select(id => Join(id)).ToList();
        if (leader.Members.Count != members)
        {
            throw new InvalidOperationException("The leader does not know everybody.");
        }

        List<JoinGroupResponse> joined = [leader, .. await Task.WhenAll(rejoined)];
        var waiting = joined.Skip(1).Select(one => Sync(one)).ToList();
        await Now(Sync(leader, assignments: [.. joined.Select((one, n) => (one.MemberId, $"part {n}"))]));
        await Task.WhenAll(waiting);
        return joined;
    }

    public GroupState State(string group = Name) =>
        Enum.Parse<GroupState>(Coordinator.DescribeGroups(new DescribeGroupsRequest { Groups = [group] }).Groups.Single().GroupState);

    public KafkaError Commit(long offset, JoinGroupResponse? member = null, string topic = Topic, int partition = 0, string? metadata = null, string group = Name, string? instance = null) =>
        Coordinator.OffsetCommit(new OffsetCommitRequest
        {
            GroupId = group,
            GenerationId = member?.GenerationId ?? -1,
            MemberId = member?.MemberId ?? "",
            GroupInstanceId = instance,
            Topics = [new() { Name = topic, Partitions = [new() { Index = partition, CommittedOffset = offset, CommittedMetadata = metadata }] }],
        }).Topics.Single().Partitions.Single().Error;

    public KafkaError CommitInTransaction(long offset, long producer = 1, short epoch = 0, JoinGroupResponse? member = null, int partition = 0, string? instance = null, string topic = Topic) =>
        Coordinator.TxnOffsetCommit(new TxnOffsetCommitRequest
        {
            GroupId = Name,
            ProducerId = producer,
            ProducerEpoch = epoch,
            GenerationId = member?.GenerationId ?? -1,
            MemberId = member?.MemberId ?? "",
            GroupInstanceId = instance,
            Topics = [new() { Name = topic, Partitions = [new() { Index = partition, CommittedOffset = offset }] }],
        }).Topics.Single().Partitions.Single().Error;

    public void End(long producer = 1, short epoch = 0, bool committed = true) => Coordinator.Participant(Name).End(producer, epoch, committed);

    public OffsetFetchResponse.Partition Fetch(string topic = Topic, int partition = 0, bool stable = false, string group = Name) =>
        Coordinator.OffsetFetch(new OffsetFetchRequest
        {
            Groups = [new() { GroupId = group, Topics = [new() { Name = topic, PartitionIndexes = [partition] }] }],
            RequireStable = stable,
        }).Groups.Single().Topics.Single().Partitions.Single();

    public long Committed(string topic = Topic, int partition = 0, string group = Name) => Fetch(topic, partition, group: group).CommittedOffset;

    public void Dispose()
    {
        Coordinator.Dispose();
        Journal.Dispose();
    }

    private GroupCoordinator Start() =>
        new(Journal, Time, NullLogger.Instance, _options, (topic, partition) => Topics.Contains(topic) && partition is >= 0 and < 10);
}
