using Millrace.Core;

namespace Millrace.Local;

/// <summary>What runs the stages of one datacenter, as a fail-over sees it: a Kubernetes cluster, or a side of <c>millrace dev</c>.</summary>
/// <remarks>Every call throws <see cref="UnreachableException"/> where nobody answers, and <see cref="FailoverException"/> where the answer is a refusal. Calling again does no harm.</remarks>
internal interface IDatacenter : IDisposable
{
    /// <summary>The datacenter.</summary>
    DatacenterDefinition Definition { get; }

    /// <summary>How a stage is there at present.</summary>
    Task<StageState> ReadAsync(string stage, CancellationToken cancellation);

    /// <summary>Orders that the stage have no replica until it is resumed; returns before they are gone.</summary>
    Task PauseAsync(string stage, CancellationToken cancellation);

    /// <summary>Takes the order back: the stage runs as its lag demands.</summary>
    Task ResumeAsync(string stage, CancellationToken cancellation);
}

/// <summary>A stage in one datacenter.</summary>
/// <param name="IsPaused">Whether it may have no replica. One that may can have none all the same, for lack of work.</param>
/// <param name="Replicas">How many there are, those included that are about to end.</param>
internal sealed record StageState(bool IsPaused, int Replicas);
