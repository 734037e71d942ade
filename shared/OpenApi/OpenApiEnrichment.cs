using Millrace.Core;

namespace Millrace.OpenApi;

/// <summary>A stage whose work is in its entry of the catalog: it looks up what an OpenAPI operation answers, and puts it into the event.</summary>
/// <remarks>The build writes such a class for each entry that has a <c>lookup</c> and no class of its own; its name is the stage's.</remarks>
public abstract class OpenApiEnrichment : Enrichment, IDisposable
{
    private readonly OpenApiLookup _lookup;

    /// <summary>Opens the lookup.</summary>
    /// <param name="lookups">Opens lookups.</param>
    /// <param name="settings">The stage's settings.</param>
    /// <exception cref="CatalogException">The entry, its document and its schemas do not fit together.</exception>
    protected OpenApiEnrichment(OpenApiLookups lookups, OpenApiSettings settings)
    {
        ArgumentNullException.ThrowIfNull(lookups);
        _lookup = lookups.Open(GetType().Name, settings);
    }

    /// <summary>Ends the connections.</summary>
    public void Dispose()
    {
        _lookup.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected sealed override async ValueTask<Outcome> EnrichAsync(Event input, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(input);
        var definition = _lookup.Definition;
        if (definition.Matches(input.Root))
        {
            var answer = await _lookup.AskAsync(input.Root, cancellation).ConfigureAwait(false);
            return Emit(AnswerMapping.Apply(definition, EventDraft.From(input), answer));
        }

        return definition.Others == UnmatchedEvents.Filtered ? Filter("not_matched") : Emit(AnswerMapping.WithoutFields(definition, EventDraft.From(input)));
    }
}
