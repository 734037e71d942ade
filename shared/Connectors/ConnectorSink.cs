using Millrace.Core;

namespace Millrace.Connectors;

/// <summary>Opens sessions of connectors on their stores, and those of all other stages where they always were.</summary>
/// <param name="stores">The kinds of stores, each with a name of its own.</param>
/// <param name="streams">Where other stages write, and where error events go.</param>
public sealed class ConnectorSink(IEnumerable<IStore> stores, ISink streams) : ISink
{
    // The checkpoint is the store's, so that error events need no transaction of their own.
    private static readonly StageOptions AtLeastOnce = new() { Delivery = Delivery.AtLeastOnce };

    private readonly Dictionary<string, IStore> _stores = stores.ToDictionary(store => store.Name);

    /// <inheritdoc/>
    public async ValueTask<IPartitionSession> OpenAsync(StageDefinition stage, StreamPartition partition, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stage);
        if (stage.Connector is null)
        {
            return await streams.OpenAsync(stage, partition, cancellation).ConfigureAwait(false);
        }

        var store = Find(stage);
        var session = await store.OpenAsync(stage, partition, cancellation).ConfigureAwait(false);
        try
        {
            return store.KeepsCheckpoints
                ? new ConnectorSession(session, await streams.OpenAsync(stage with { Options = AtLeastOnce }, partition, cancellation).ConfigureAwait(false))
                : new PostingSession(session, await streams.OpenAsync(stage, partition, cancellation).ConfigureAwait(false));
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
            Find(stage).Require(stage);
        }
    }

    private IStore Find(StageDefinition stage) => _stores.TryGetValue(stage.Connector!, out var store) ? store : throw new CatalogException(
        $"stages.{stage.Name}.connector is '{stage.Connector}'; allowed is {string.Join(", ", _stores.Keys.Order())}.");
}
