using Millrace.Core;

namespace Millrace.Connectors;

/// <summary>A kind of store that connector stages write to, such as PostgreSQL or a lake.</summary>
public interface IStore
{
    /// <summary>What a stage's entry in the catalog names it by, <c>connector</c>.</summary>
    string Name { get; }

    /// <summary>Whether the store writes checkpoints with the data. Where it cannot, they are kept in Kafka, and are written after the data.</summary>
    /// <remarks>Without, a crash between the two writes the data again, and a session's <see cref="IStoreSession.Checkpoint"/> is not asked for.</remarks>
    bool KeepsCheckpoints => true;

    /// <summary>Checks, before anything is read, what can be checked without the store being there: settings, and that each stream has a table.</summary>
    /// <exception cref="CatalogException">A setting or a stream cannot work; the message names it, its value and what is allowed.</exception>
    void Require(StageDefinition stage);

    /// <summary>Takes a partition of a stage over from whoever had it, whose commits fail from now on, and reads its checkpoint.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="partition">The partition that the events are of, by their <see cref="EventRecord.Origin"/>.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="read">What names the checkpoint, where the events are not read from their partition but are replayed; null is the partition.</param>
    /// <exception cref="SinkException">The store cannot be reached; where it can be retried, the caller waits and tries again.</exception>
    ValueTask<IStoreSession> OpenAsync(StageDefinition stage, StreamPartition partition, CancellationToken cancellation, StreamPartition? read = null);
}
