using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Millrace.Core;

namespace Millrace.Connectors;

/// <summary>Opens sessions of connectors on their stores, and those of all other stages where they always were.</summary>
/// <param name="stores">The kinds of stores, each with a name of its own.</param>
/// <param name="streams">Where other stages write, and where error events go.</param>
/// <param name="settings">The host's settings, which stand over those of the catalog; null is none.</param>
public sealed class ConnectorSink(IEnumerable<IStore> stores, ISink streams, IConfiguration? settings = null) : ISink
{
    // The checkpoint is the store's, so that error events need no transaction of their own.
    private static readonly StageOptions AtLeastOnce = new() { Delivery = Delivery.AtLeastOnce };

    private readonly StoreSet _stores = new(stores, settings);
    private readonly ConcurrentDictionary<string, StoreCommit> _commits = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async ValueTask<IPartitionSession> OpenAsync(StageDefinition stage, StreamPartition partition, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stage);
        if (stage.Connector is null)
        {
            return await streams.OpenAsync(stage, partition, cancellation).ConfigureAwait(false);
        }

        var store = _stores.Of(stage);
        var isReplay = store.KeepsCheckpoints && partition.Topic == stage.ReplayTopic;
        var session = isReplay ? new ReplaySession(store, stage, partition) : await store.OpenAsync(stage, partition, cancellation).ConfigureAwait(false);
        var commit = _commits.GetOrAdd(stage.Name, static (stage, store) => new StoreCommit(stage, store, TimeProvider.System), store.Name);
        try
        {
            return store.KeepsCheckpoints && !isReplay
                ? new ConnectorSession(session, commit, await streams.OpenAsync(stage with { Options = AtLeastOnce }, partition, cancellation).ConfigureAwait(false))
                : new PostingSession(session, commit, await streams.OpenAsync(stage, partition, cancellation).ConfigureAwait(false));
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Require(StageDefinition stage)
    {
        ArgumentNullException.ThrowIfNull(stage);
        if (stage.Connector is null)
        {
            streams.Require(stage);
        }
        else
        {
            _stores.Require(stage);
        }
    }
}
