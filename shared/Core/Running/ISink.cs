namespace Millrace.Core;

/// <summary>Where outcomes become durable.</summary>
public interface ISink
{
    /// <summary>Checks, before anything is read, what can be checked of a stage without a connection.</summary>
    /// <exception cref="CatalogException">The stage cannot work; the message names the setting, its value and what is allowed.</exception>
    void Require(StageDefinition stage)
    {
    }

    /// <summary>Opens a session for one partition of a stage.</summary>
    /// <exception cref="SinkException">The sink cannot be reached.</exception>
    ValueTask<IPartitionSession> OpenAsync(StageDefinition stage, StreamPartition partition, CancellationToken cancellation);
}
