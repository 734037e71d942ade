using Millrace.Broker.Groups;
using Millrace.Broker.Protocol;
using Millrace.Broker.Transactions;

namespace Millrace.Broker.Server;

/// <summary>Hands what concerns groups to their coordinator.</summary>
internal sealed class GroupsApi(GroupCoordinator groups, TransactionCoordinator transactions)
{
    public IEnumerable<Api> Apis =>
    [
        Api.Of<JoinGroupRequest>(async (request, context) => await groups.JoinGroupAsync(request, context)),
        Api.Of<SyncGroupRequest>(async (request, context) => await groups.SyncGroupAsync(request, context)),
        Api.Of<HeartbeatRequest>(groups.Heartbeat),
        Api.Of<LeaveGroupRequest>(groups.LeaveGroup),
        Api.Of<OffsetCommitRequest>(groups.OffsetCommit),
        Api.Of<OffsetFetchRequest>(groups.OffsetFetch),
        Api.Of<OffsetDeleteRequest>(groups.OffsetDelete),
        Api.Of<TxnOffsetCommitRequest>(Commit),
        Api.Of<DescribeGroupsRequest>(groups.DescribeGroups),
        Api.Of<ListGroupsRequest>(groups.ListGroups),
        Api.Of<DeleteGroupsRequest>(groups.DeleteGroups),
    ];

    private IWireStruct Commit(TxnOffsetCommitRequest request)
    {
        KafkaError Check() => transactions.Check(request.TransactionalId, request.ProducerId, request.ProducerEpoch, request.GroupId);
        return Check() is var error and not KafkaError.None ? request.Refuse(error) : groups.TxnOffsetCommit(request, Check);
    }
}
