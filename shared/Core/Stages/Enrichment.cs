namespace Millrace.Core;

/// <summary>A stage that makes richer events of the events it gets: derive, and write one method.</summary>
/// <example><code>
/// public sealed class PageSummary(SummaryApi summaries) : Enrichment
/// {
///     protected override async ValueTask&lt;Outcome&gt; EnrichAsync(Event page, CancellationToken cancellation)
///     {
///         if (page.Root.Child("page").Child("page_title").Text() is not { } title)
///             return Filter("untitled");
///
///         var richer = EventDraft.From(page);
///         richer.Root.Set("summary", await summaries.OfAsync(title, cancellation));
///         return Emit(richer);
///     }
/// }
/// </code></example>
public abstract class Enrichment : IStage
{
    ValueTask<Outcome> IStage.ProcessAsync(Event input, CancellationToken cancellation) => EnrichAsync(input, cancellation);

    /// <inheritdoc cref="IStage.ProcessAsync"/>
    protected abstract ValueTask<Outcome> EnrichAsync(Event input, CancellationToken cancellation);

    /// <summary>The event becomes these events, in this order.</summary>
    /// <exception cref="ArgumentException">There are none: an event that becomes nothing is filtered, with a reason.</exception>
    protected static Outcome Emit(params EventDraft[] events) => events.Length > 0
        ? new Outcome.Emitted(events)
        : throw new ArgumentException("An event that becomes nothing is filtered, with a reason.", nameof(events));

    /// <summary>The stage has no use for the event.</summary>
    /// <param name="reason">Why, as one of few constant names in snake_case: it is counted by.</param>
    protected static Outcome Filter(string reason) => new Outcome.Filtered(reason);

    /// <summary>The event could not be processed and goes to the error stream.</summary>
    protected static Outcome Fail(StageError error) => new Outcome.Failed(error);
}
