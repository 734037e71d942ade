using System.Text.Json;
using System.Text.Json.Nodes;
using Millrace.Core;
using Millrace.Hosting;

namespace Millrace.Local;

/// <summary>The app's catalog as several datacenters have it: a topic for each of them where a stream says nothing of topics.</summary>
internal static class PrefixedCatalog
{
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Writes it to a directory, the entries of all files in one for stages and one for streams.</summary>
    /// <param name="from">The directory of the app's catalog.</param>
    /// <param name="directory">Where to write it.</param>
    /// <param name="datacenters">The names of the datacenters.</param>
    /// <exception cref="CatalogException">A file is missing or wrong.</exception>
    public static void Write(string from, string directory, IReadOnlyList<string> datacenters)
    {
        var files = CatalogFiles.Read(from);
        var catalog = StageCatalog.Parse(files);
        var (stages, streams) = (Merge(files, "stages"), Merge(files, "streams"));
        foreach (var errors in catalog.Stages.Select(stage => stage.ErrorStream))
        {
            streams.TryAdd(errors.Name, new JsonObject { ["schema_title"] = errors.SchemaTitle });
        }

        foreach (var (_, stream) in streams)
        {
            if (!stream!.AsObject().ContainsKey("topics") && !stream.AsObject().ContainsKey("topic_prefixes"))
            {
                stream["topic_prefixes"] = new JsonArray([.. datacenters.Select(datacenter => JsonValue.Create($"{datacenter}."))]);
            }
        }

        Directory.CreateDirectory(directory);
        Write(directory, "stages", stages);
        Write(directory, "streams", streams);
    }

    // No name is in two files: the catalog was parsed.
    private static JsonObject Merge(IReadOnlyList<CatalogFile> files, string section) => new(
        from file in files
        let entries = JsonNode.Parse(file.Utf8Json.Span, documentOptions: Lenient)![section] as JsonObject
        where entries is not null
        from entry in entries
        select KeyValuePair.Create(entry.Key, entry.Value?.DeepClone()));

    private static void Write(string directory, string section, JsonObject entries) =>
        File.WriteAllText(Path.Combine(directory, $"{section}.json"), new JsonObject { [section] = entries }.ToJsonString(Indented));
}
