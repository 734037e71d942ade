using Millrace.Core;
using Millrace.Hosting;
using Millrace.Schemas;

namespace Millrace.Functions.Tests;

/// <summary>The app's catalog and schemas as it has them, and those that nobody on the project wrote.</summary>
internal static class Repositories
{
    public static StageCatalog Catalog { get; } = CatalogFiles.Load(AppContext.BaseDirectory);

    public static EventSchemas Own { get; } = Open(OwnPlace);

    public static EventSchemas Wikimedia => Open(WikimediaPlace);

    /// <summary>The platform's own first, as a deployment has them.</summary>
    public static EventSchemas Both => Open(OwnPlace, WikimediaPlace);

    private static string OwnPlace => Path.Combine(AppContext.BaseDirectory, "jsonschema");

    private static string WikimediaPlace => Corpus.At("wikimedia", "schemas");

    private static EventSchemas Open(params string[] places)
    {
        var options = new SchemaRepositoryOptions();
        foreach (var place in places)
        {
            options.Bases.Add(place);
        }

        return new EventSchemas(new SchemaRepository(options, client: null, TimeProvider.System));
    }
}
