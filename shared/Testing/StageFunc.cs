using Millrace.Core;

namespace Millrace.Testing;

/// <summary>A stage that is one delegate.</summary>
public sealed class StageFunc(Func<Event, CancellationToken, ValueTask<Outcome>> process) : IStage
{
    /// <summary>A stage that emits its input.</summary>
    public static StageFunc Echo { get; } = new((input, _) => new(Emit(input)));

    /// <summary>The outcome of emitting an event as it is.</summary>
    public static Outcome Emit(Event input) => new Outcome.Emitted([EventDraft.From(input)]);

    /// <inheritdoc/>
    public ValueTask<Outcome> ProcessAsync(Event input, CancellationToken cancellation) => process(input, cancellation);
}
