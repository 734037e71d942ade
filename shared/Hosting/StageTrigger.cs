using Millrace.Core;

namespace Millrace.Hosting;

/// <summary>What a stage's trigger method calls.</summary>
/// <typeparam name="TStage">The stage.</typeparam>
public sealed class StageTrigger<TStage>
    where TStage : class, IStage
{
    internal StageTrigger(StageRunner runner) => Runner = runner;

    /// <summary>What runs the stage.</summary>
    public StageRunner Runner { get; }

    /// <inheritdoc cref="StageRunner.RunAsync"/>
    public Task RunAsync(IReadOnlyList<EventRecord> batch, CancellationToken cancellation) => Runner.RunAsync(batch, cancellation);
}
