using Microsoft.Azure.Functions.Worker;
using Millrace.Canaries;

namespace Millrace.Functions;

/// <summary>Produces canaries by a schedule, so that a stream that is quiet can be told from one that is broken.</summary>
public sealed class Canaries(CanaryWriter canaries)
{
    /// <summary>One canary for every stream that has them.</summary>
    [Function(nameof(Canaries))]
    public Task WriteAsync([TimerTrigger("%Canaries:Schedule%")] TimerInfo timer, CancellationToken cancellation) => canaries.WriteAsync(cancellation);
}
