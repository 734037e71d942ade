namespace Millrace.Core;

/// <summary>Where outcomes become durable.</summary>
public interface ISink
{
    /// <summary>Opens a session for one partition of a stage.</summary>
    /// <exception cref="SinkException">The sink cannot be reached.</exception>
    ValueTask<IPartitionSession> OpenAsync(StageDefinition stage, StreamPartition partition, CancellationToken cancellation);
}
