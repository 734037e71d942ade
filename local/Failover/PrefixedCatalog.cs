using System.Text.Json.Nodes;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>The app's catalog as several datacenters have it: a topic for each of them where a stream says nothing of topics.</summary>
internal static class PrefixedCatalog
{
    /// <summary>Writes it to a directory, without connectors and predictions.</summary>
    /// <param name="from">The directory of the app's catalog.</param>
    /// <param name="directory">Where to write it.</param>
    /// <param name="datacenters">The names of the datacenters.</param>
    /// <exception cref="CatalogException">A file is missing or wrong.</exception>
    public static void Write(string from, string directory, IReadOnlyList<string> datacenters)
    {
        var merged = new MergedCatalog(from);
        merged.RemovePredictions();
        foreach (var stage in merged.Catalog.Stages.Where(stage => merged.Stages.ContainsKey(stage.Name)))
        {
            if (stage.Connector is not null)
            {
                merged.Stages.Remove(stage.Name);
            }

            merged.Streams.TryAdd(stage.ErrorStream.Name, new JsonObject { ["schema_title"] = stage.ErrorStream.SchemaTitle });
        }

        foreach (var (_, stream) in merged.Streams)
        {
            if (!stream!.AsObject().ContainsKey("topics") && !stream.AsObject().ContainsKey("topic_prefixes"))
            {
                stream["topic_prefixes"] = new JsonArray([.. datacenters.Select(datacenter => JsonValue.Create($"{datacenter}."))]);
            }
        }

        merged.Write(directory);
    }
}
