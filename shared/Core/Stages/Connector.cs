namespace Millrace.Core;

/// <summary>A stage that brings events into a store, as they are. Its entry in the catalog names the store, <c>connector</c>, and the streams.</summary>
/// <remarks>Events are written when the partition's batch is settled, in one step with the checkpoint. Override <see cref="AcceptAsync"/> to leave some out.</remarks>
public abstract class Connector : IStage
{
    private static readonly Outcome Accepted = new Outcome.Emitted([]);

    ValueTask<Outcome> IStage.ProcessAsync(Event input, CancellationToken cancellation) => AcceptAsync(input, cancellation);

    /// <summary>Decides whether an event enters the store; all do unless this is overridden.</summary>
    /// <inheritdoc cref="IStage.ProcessAsync"/>
    protected virtual ValueTask<Outcome> AcceptAsync(Event input, CancellationToken cancellation) => new(Accepted);

    /// <summary>The event enters the store.</summary>
    protected static Outcome Accept() => Accepted;

    /// <summary>The event is left out.</summary>
    /// <param name="reason">Why, as one of few constant names in snake_case: it is counted by.</param>
    protected static Outcome Filter(string reason) => new Outcome.Filtered(reason);
}
