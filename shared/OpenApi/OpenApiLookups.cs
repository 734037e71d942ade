using Millrace.Core;
using Millrace.Hosting;
using Millrace.Lookups;
using Millrace.Schemas;

namespace Millrace.OpenApi;

/// <summary>Opens the lookups that the catalog declares.</summary>
public sealed class OpenApiLookups(StageCatalog catalog, SchemaRepository schemas, MillraceOptions options, LookupFactory lookups)
{
    /// <summary>Everything that is wrong with a stage's declaration; nothing is asked over the network.</summary>
    /// <remarks>A document that is an address is not read, and so nothing is said of it: it is checked at start.</remarks>
    /// <param name="stage">The stage; nothing is wrong where it is no lookup.</param>
    /// <param name="catalog">The stages that may write its inputs.</param>
    /// <param name="schemas">The schemas of its streams.</param>
    /// <param name="directory">The directory of the catalog.</param>
    public static IReadOnlyList<LookupProblem> Problems(StageDefinition stage, StageCatalog catalog, SchemaRepository schemas, string directory)
    {
        ArgumentNullException.ThrowIfNull(stage);
        ArgumentNullException.ThrowIfNull(schemas);
        if (stage.Lookup is not { } lookup || DocumentSource.IsAddress(lookup.Document))
        {
            return [];
        }

        LookupCompiler.Compile(stage, catalog, () => DocumentSource.ReadFile(directory, lookup.Document), schemas.Document, out var problems);
        return problems;
    }

    /// <exception cref="CatalogException">The declaration, its document, its schemas or its settings do not fit together.</exception>
    internal OpenApiLookup Open(string name, OpenApiSettings settings)
    {
        var stage = catalog.Get(name);
        if (stage.Lookup is not { } lookup)
        {
            throw new CatalogException($"stages.{name}.lookup is missing: it says what the stage looks up.");
        }

        var plan = LookupCompiler.Compile(stage, catalog, () => Document(name, lookup, settings), schemas.Document, out var problems);
        if (plan is null)
        {
            throw new CatalogException(string.Join(' ', problems.Select(problem => problem.Tell(name))));
        }

        var server = settings.Server is { } address ? new Uri(address) : plan.Operation.Server
            ?? throw new CatalogException($"stages.{name}.settings.server is not set, and {lookup.Document} has no server that can be used; set it to the address that its paths are below.");
        if (settings.Lookup.AllowedHosts.Count == 0)
        {
            settings.Lookup.AllowedHosts.Add(server.IdnHost);
        }

        var http = lookups.Create(settings.Lookup);
        if (http.Refuse(server) is { } refusal)
        {
            http.Dispose();
            throw new CatalogException($"stages.{name}.settings.server is '{server}': {refusal}.");
        }

        return new OpenApiLookup(plan, server, http);
    }

    private ApiDocument Document(string stage, LookupDefinition lookup, OpenApiSettings settings) => DocumentSource.IsAddress(lookup.Document)
        ? DocumentSource.Fetch(stage, new Uri(lookup.Document), settings.Lookup, lookups.Transport?.Invoke(settings.Lookup) ?? HttpLookup.CreateHandler(settings.Lookup))
        : DocumentSource.ReadFile(options.Catalog, lookup.Document);
}
