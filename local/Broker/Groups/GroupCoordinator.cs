using Microsoft.Extensions.Logging;
using Millrace.Broker.Protocol;
using Millrace.Broker.Server;
using Millrace.Broker.Storage;

namespace Millrace.Broker.Groups;

/// <summary>Coordinates all groups: one method per request.</summary>
/// <remarks>
/// Thread-safe. Offsets and generations survive a restart, memberships do not: members hear
/// <see cref="KafkaError.UnknownMemberId"/> and join again. Groups are kept until <see cref="Maintain"/> finds
/// nothing in them. Whether a producer may commit offsets in its transaction is asked elsewhere, before.
/// </remarks>
internal sealed partial class GroupCoordinator : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Group> _groups = new(StringComparer.Ordinal);
    private readonly Journal _journal;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly GroupOptions _options;
    private readonly Func<string, int, bool> _exists;

    /// <param name="journal">Keeps offsets and generations, and has those from before.</param>
    /// <param name="time">Counts sessions, rebalances and retention.</param>
    /// <param name="logger">Hears of generations and of groups that end.</param>
    /// <param name="options">The limits.</param>
    /// <param name="exists">Whether there is such a partition; called without a lock.</param>
    public GroupCoordinator(Journal journal, TimeProvider time, ILogger logger, GroupOptions options, Func<string, int, bool> exists)
    {
        (_journal, _time, _logger, _options, _exists) = (journal, time, logger, options, exists);
        foreach (var (key, value) in journal.Read(GroupKeys.Groups))
        {
            Restore(GroupKeys.ToGroup(key), WireBytes.To<GroupRecord>(value));
        }

        foreach (var (key, value) in journal.Read(GroupKeys.Offsets))
        {
            var (group, partition) = GroupKeys.ToOffset(key);
            Restore(group).Offsets.Restore(partition, WireBytes.To<CommittedOffset>(value));
        }

        foreach (var (key, value) in journal.Read(GroupKeys.Pending))
        {
            var (group, producerId) = GroupKeys.ToPending(key);
            Restore(group).Offsets.Restore(producerId, WireBytes.To<PendingOffsets>(value));
        }
    }

    public Task<JoinGroupResponse> JoinGroupAsync(JoinGroupRequest request, RequestContext context)
    {
        var timeout = TimeSpan.FromMilliseconds(request.SessionTimeoutMs);
        var group = request.MemberId.Length > 0 ? Find(request.GroupId) : null;
        var error = request.GroupId.Length == 0 ? KafkaError.InvalidGroupId
            : timeout < _options.MinSessionTimeout || timeout > _options.MaxSessionTimeout ? KafkaError.InvalidSessionTimeout
            : request.MemberId.Length > 0 && group is null ? KafkaError.UnknownMemberId
            : KafkaError.None;
        if (error == KafkaError.None)
        {
            error = group is null ? FindOrCreate(request.GroupId, out group) : KafkaError.None;
        }

        return error == KafkaError.None
            ? UntilAborted(group!, group!.Join(request, context), context)
            : Task.FromResult((JoinGroupResponse)request.Refuse(error));
    }

    public Task<SyncGroupResponse> SyncGroupAsync(SyncGroupRequest request, RequestContext context) =>
        Find(request.GroupId) is { } group
            ? UntilAborted(group, group.Sync(request), context)
            : Task.FromResult((SyncGroupResponse)request.Refuse(Missing(request.GroupId)));

    public HeartbeatResponse Heartbeat(HeartbeatRequest request) =>
        new() { Error = Find(request.GroupId)?.Heartbeat(request) ?? Missing(request.GroupId) };

    public LeaveGroupResponse LeaveGroup(LeaveGroupRequest request, RequestContext context)
    {
        if (request.GroupId.Length == 0)
        {
            return (LeaveGroupResponse)request.Refuse(KafkaError.InvalidGroupId);
        }

        var group = Find(request.GroupId);
        var members = request.Members.Select(leaving => new LeaveGroupResponse.Member
        {
            MemberId = leaving.MemberId,
            GroupInstanceId = leaving.GroupInstanceId,
            Error = group?.Leave(leaving) ?? KafkaError.UnknownMemberId,
        }).ToList();

        // Where only one can leave, the answer has one error.
        return new LeaveGroupResponse { Members = members, Error = context.Version < 3 ? members[0].Error : KafkaError.None };
    }

    public DescribeGroupsResponse DescribeGroups(DescribeGroupsRequest request) => new()
    {
        Groups = [.. request.Groups.Distinct(StringComparer.Ordinal).Select(id => Find(id)?.Describe(request.IncludeAuthorizedOperations)
            ?? new DescribeGroupsResponse.Group { GroupId = id, GroupState = nameof(GroupState.Dead) })],
    };

    public ListGroupsResponse ListGroups(ListGroupsRequest request)
    {
        var states = request.StatesFilter.ToHashSet(StringComparer.OrdinalIgnoreCase);
        return new ListGroupsResponse { Groups = [.. All().Select(group => group.List()).Where(group => states.Count == 0 || states.Contains(group.GroupState))] };
    }

    public DeleteGroupsResponse DeleteGroups(DeleteGroupsRequest request)
    {
        var response = new DeleteGroupsResponse();
        foreach (var id in request.Groups)
        {
            var group = Find(id);
            var error = group?.Delete() ?? KafkaError.GroupIdNotFound;
            if (error == KafkaError.None)
            {
                Drop(group!);
            }

            response.Results.Add(new DeleteGroupsResponse.Result { GroupId = id, Error = error });
        }

        return response;
    }

    /// <summary>Forgets offsets that are out of date, and groups that have nothing; to be called now and then.</summary>
    public void Maintain()
    {
        foreach (var group in All())
        {
            if (group.Expire(_time.GetUtcNow(), _options.OffsetRetention))
            {
                Drop(group);
            }
        }
    }

    /// <summary>Refuses whatever waits; every member has to find the next broker.</summary>
    public void Dispose()
    {
        foreach (var group in All())
        {
            group.Dispose();
        }
    }

    // The answer is cancelled if nobody is left to read it.
    private static Task<T> UntilAborted<T>(Group group, Task<T> answer, RequestContext context)
    {
        if (!answer.IsCompleted)
        {
            var registration = context.Aborted.UnsafeRegister(_ => group.Abandon(answer, context.Aborted), null);
            answer.ContinueWith(
                static (_, state) => ((CancellationTokenRegistration)state!).Unregister(),
                registration,
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }

        return answer;
    }

    private static KafkaError Missing(string group) => group.Length == 0 ? KafkaError.InvalidGroupId : KafkaError.UnknownMemberId;

    private Group? Find(string id)
    {
        lock (_gate)
        {
            return _groups.GetValueOrDefault(id);
        }
    }

    private List<Group> All()
    {
        lock (_gate)
        {
            return [.. _groups.Values];
        }
    }

    private KafkaError FindOrCreate(string id, out Group? group)
    {
        lock (_gate)
        {
            if (_groups.TryGetValue(id, out group))
            {
                return KafkaError.None;
            }

            if (_groups.Count >= _options.MaxGroups)
            {
                LogTooManyGroups(_logger, id, _options.MaxGroups);
                return KafkaError.PolicyViolation;
            }

            group = Restore(id);
            return KafkaError.None;
        }
    }

    private Group Restore(string id, GroupRecord? record = null)
    {
        if (!_groups.TryGetValue(id, out var group))
        {
            group = new Group(id, record ?? new GroupRecord(), _journal, _time, _options, (name, generation, members) => LogGeneration(_logger, name, generation, members));
            _groups.Add(id, group);
        }

        return group;
    }

    private void Drop(Group group)
    {
        lock (_gate)
        {
            _groups.Remove(group.Id);
        }

        LogDropped(_logger, group.Id);
    }
}
