using System.Text.Json.Nodes;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>The app's catalog with the connectors to some stores, and no others; with predictions, or without.</summary>
internal static class ConnectedCatalog
{
    // Where the catalog has no connector to a store, this one of the app brings all streams there.
    private static readonly Dictionary<string, string> OfApp = new() { ["postgres"] = nameof(Functions.ToPostgres), ["lake"] = nameof(Functions.ToLake) };

    /// <summary>Writes it to a directory.</summary>
    /// <param name="from">The directory of the app's catalog.</param>
    /// <param name="directory">Where to write it.</param>
    /// <param name="stores">The stores.</param>
    /// <param name="predict">Whether the stages run that ask a model.</param>
    /// <exception cref="CatalogException">A file is missing or wrong.</exception>
    /// <exception cref="UsageException">There is no connector to a store.</exception>
    public static void Write(string from, string directory, IReadOnlyList<string> stores, bool predict)
    {
        var merged = new MergedCatalog(from);
        if (!predict)
        {
            merged.RemovePredictions();
        }

        foreach (var stage in merged.Catalog.Stages.Where(stage => stage.Connector is { } store && !stores.Contains(store)))
        {
            merged.Stages.Remove(stage.Name);
        }

        foreach (var store in stores.Where(store => !merged.Catalog.Stages.Any(stage => stage.Connector == store)))
        {
            var stage = OfApp.GetValueOrDefault(store) ?? throw new UsageException($"--connect names '{store}'; allowed are {string.Join(", ", OfApp.Keys)}, and what a connector of the catalog names.");
            merged.Stages.Add(stage, new JsonObject { ["connector"] = store, ["inputs"] = new JsonArray("*") });
        }

        merged.Write(directory);
    }
}
