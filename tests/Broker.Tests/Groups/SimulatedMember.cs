using Millrace.Broker.Groups;

namespace Millrace.Broker.Tests.Groups;

/// <summary>A consumer as clients are: joins, syncs, beats and joins again when it is told to.</summary>
internal sealed class SimulatedMember(TestGroups groups, string? instance) : IDisposable
{
    public const int Partitions = 10;

    private readonly CancellationTokenSource _connection = new();
    private Task<JoinGroupResponse>? _joining;
    private Task<SyncGroupResponse>? _syncing;
    private string _id = "";

    public string? Instance => instance;

    /// <summary>What it joined last; null if it never has.</summary>
    public JoinGroupResponse? Joined { get; private set; }

    /// <summary>The partitions that it has in the generation that it joined last; null while it has none.</summary>
    public List<int>? Owned { get; private set; }

    /// <summary>Whether another took its place for good.</summary>
    public bool Fenced { get; private set; }

    public void Join()
    {
        Owned = null;
        _syncing = null;
        _joining = groups.Join(_id, instance, version: (short)(instance is null ? 4 : 5), rebalanceSeconds: 15, aborted: _connection.Token);
    }

    /// <summary>Goes on with what was answered.</summary>
    public async Task StepAsync()
    {
        while (!Fenced && (_joining?.IsCompleted == true || _syncing?.IsCompleted == true))
        {
            if (_joining is { } joining)
            {
                _joining = null;
                await OnJoined(await joining);
            }
            else
            {
                OnSynced(await _syncing!);
            }
        }
    }

    public void Heartbeat()
    {
        if (Owned is not null)
        {
            OnError(groups.Heartbeat(Joined!, instance));
        }
    }

    public void Leave()
    {
        groups.Leave(_id, instance);
        Disconnect();
    }

    /// <summary>Closes its connection, so that nothing waits for it.</summary>
    public void Disconnect() => _connection.Cancel();

    public void Dispose() => _connection.Dispose();

    private async Task OnJoined(JoinGroupResponse answer)
    {
        _id = answer.Error == KafkaError.MemberIdRequired ? answer.MemberId : _id;
        if (answer.Error != KafkaError.None)
        {
            OnError(answer.Error);
            return;
        }

        _id = answer.MemberId;
        Joined = answer;
        var parts = answer.Members.Select((member, n) =>
            (member.MemberId, string.Join(',', Enumerable.Range(0, Partitions).Where(partition => partition % answer.Members.Count == n))));
        _syncing = groups.Sync(answer, instance, _connection.Token, [.. parts]);
        await Task.CompletedTask;
    }

    private void OnSynced(SyncGroupResponse answer)
    {
        _syncing = null;
        if (answer.Error != KafkaError.None)
        {
            OnError(answer.Error);
            return;
        }

        Owned = [.. System.Text.Encoding.UTF8.GetString(answer.Assignment.Span).Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
    }

    private void OnError(KafkaError error)
    {
        switch (error)
        {
            case KafkaError.None:
                break;

            case KafkaError.FencedInstanceId:
                Fenced = true;
                Owned = null;
                break;

            case KafkaError.UnknownMemberId:
                _id = "";
                Join();
                break;

            case KafkaError.CoordinatorNotAvailable or KafkaError.MemberIdRequired or KafkaError.RebalanceInProgress or KafkaError.IllegalGeneration:
                Join();
                break;

            default:
                throw new InvalidOperationException($"A member got {error}.");
        }
    }
}
