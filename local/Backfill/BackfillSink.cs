using Millrace.Core;

namespace Millrace.Local;

/// <summary>Lets a copy of a stage write beside the stage: with transactions, checkpoints and epochs of another name.</summary>
/// <remarks>Only here: what the stage emits is named by the stage, so that the copy's events have the ids that the stage's have.</remarks>
internal sealed class BackfillSink(ISink inner, string identity) : ISink
{
    /// <inheritdoc/>
    public ValueTask<IPartitionSession> OpenAsync(StageDefinition stage, StreamPartition partition, CancellationToken cancellation) =>
        inner.OpenAsync(stage with { Name = identity }, partition, cancellation);

    /// <inheritdoc/>
    public void Require(StageDefinition stage) => inner.Require(stage with { Name = identity });
}
