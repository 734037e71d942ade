using Millrace.Core;

namespace Millrace.Connectors;

/// <summary>Replayed events of one partition on their way into a store: each to the session of the topic that it first came from.</summary>
/// <remarks>
/// A store has a table for each stream, and names rows by the position that events first had. What of the replays a table has,
/// it knows by a checkpoint of its own, for the replay topic and the original topic together: events that come again are left
/// out there, one by one, so that the partition's own checkpoint, which is Kafka's, may lag behind.
/// </remarks>
/// <param name="store">The store.</param>
/// <param name="stage">The stage.</param>
/// <param name="partition">The partition of the stage's replay topic.</param>
internal sealed class ReplaySession(IStore store, StageDefinition stage, StreamPartition partition) : IStoreSession
{
    private readonly Dictionary<string, IStoreSession> _sessions = [];

    /// <summary>Not asked for: see <see cref="IStore.KeepsCheckpoints"/>.</summary>
    public long Checkpoint => 0;

    public long HeldBytes => _sessions.Values.Sum(session => session.HeldBytes);

    public async ValueTask AppendAsync(ProcessedRecord accepted, CancellationToken cancellation)
    {
        var topic = accepted.Input.Origin.Topic;
        if (!_sessions.TryGetValue(topic, out var session))
        {
            var own = partition with { Topic = $"{partition.Topic}.{topic}" };
            session = await store.OpenAsync(stage, partition with { Topic = topic }, cancellation, own).ConfigureAwait(false);
            _sessions.Add(topic, session);
        }

        if (accepted.Input.Position.Offset >= session.Checkpoint)
        {
            await session.AppendAsync(accepted, cancellation).ConfigureAwait(false);
        }
    }

    public async ValueTask<IReadOnlyList<RefusedRecord>> CommitAsync(long checkpoint, CancellationToken cancellation)
    {
        var refused = new List<RefusedRecord>();
        foreach (var session in _sessions.Values.Where(session => session.Checkpoint < checkpoint))
        {
            refused.AddRange(await session.CommitAsync(checkpoint, cancellation).ConfigureAwait(false));
        }

        return refused;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var session in _sessions.Values)
        {
            await session.DisposeAsync().ConfigureAwait(false);
        }
    }
}
