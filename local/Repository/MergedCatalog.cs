using System.Text.Json;
using System.Text.Json.Nodes;
using Millrace.Core;
using Millrace.Hosting;

namespace Millrace.Local;

/// <summary>The entries of all files of a catalog, to be changed and written as one for stages and one for streams.</summary>
internal sealed class MergedCatalog
{
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly string _directory;

    /// <summary>Reads a catalog.</summary>
    /// <param name="directory">Where it is.</param>
    /// <exception cref="CatalogException">A file is missing or wrong.</exception>
    public MergedCatalog(string directory)
    {
        _directory = directory;
        var files = CatalogFiles.Read(directory);
        Catalog = StageCatalog.Parse(files);
        (Stages, Streams) = (Merge(files, "stages"), Merge(files, "streams"));
    }

    /// <summary>The catalog as it was read.</summary>
    public StageCatalog Catalog { get; }

    /// <summary>The entries of stages, by name.</summary>
    public JsonObject Stages { get; }

    /// <summary>The entries of streams, by name.</summary>
    public JsonObject Streams { get; }

    /// <summary>Takes out the stages that ask the model, and the streams that only they write.</summary>
    public void RemovePredictions()
    {
        foreach (var stage in Catalog.Stages.Where(ModelApi.IsAskedBy))
        {
            Stages.Remove(stage.Name);
            Streams.Remove(stage.Outputs[0].Stream.Name);
        }
    }

    /// <summary>Writes the entries as they are now, and the OpenAPI documents that they name.</summary>
    public void Write(string directory)
    {
        Directory.CreateDirectory(directory);
        Write(directory, "stages", Stages);
        Write(directory, "streams", Streams);
        foreach (var document in Catalog.Stages.Select(stage => stage.Lookup?.Document).OfType<string>().Where(document => File.Exists(Path.Combine(_directory, document))))
        {
            var copy = Path.Combine(directory, document);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(Path.Combine(_directory, document), copy, overwrite: true);
        }
    }

    // No name is in two files: the catalog was parsed.
    private static JsonObject Merge(IReadOnlyList<CatalogFile> files, string section) => new(
        from file in files
        let entries = JsonNode.Parse(file.Utf8Json.Span, documentOptions: Lenient)![section] as JsonObject
        where entries is not null
        from entry in entries
        select KeyValuePair.Create(entry.Key, entry.Value?.DeepClone()));

    private static void Write(string directory, string section, JsonObject entries) =>
        File.WriteAllText(Path.Combine(directory, $"{section}.json"), new JsonObject { [section] = entries.DeepClone() }.ToJsonString(Indented));
}
