using Millrace.Core;

namespace Millrace.Hosting;

/// <summary>Loads the catalog: <c>stages.json</c>, <c>streams.json</c>, and the <c>stage.json</c> of each folder that has one.</summary>
public static class CatalogFiles
{
    /// <summary>The file in a stage's folder that has its entry, and those of the streams that came with it.</summary>
    public const string OfStage = "stage.json";

    private static readonly string[] Required = ["stages.json", "streams.json"];

    /// <summary>Loads the catalog from a directory: that of the app's sources, or where they were built to.</summary>
    /// <exception cref="CatalogException">A file is missing or wrong; the message says which, and where.</exception>
    public static StageCatalog Load(string directory) => StageCatalog.Parse(Read(directory));

    /// <summary>Reads the catalog's files, without a look at what they say; those of stages in the order of their folders' names.</summary>
    /// <exception cref="CatalogException">One is missing, or cannot be read.</exception>
    public static IReadOnlyList<CatalogFile> Read(string directory)
    {
        List<CatalogFile> files = [.. Required.Select(file => Read(directory, file))];
        files.AddRange(Directory.EnumerateDirectories(directory)
            .Select(folder => $"{Path.GetFileName(folder)}/{OfStage}")
            .Where(file => File.Exists(Path.Combine(directory, file)))
            .Order(StringComparer.Ordinal)
            .Select(file => Read(directory, file)));
        return files;
    }

    private static CatalogFile Read(string directory, string file)
    {
        var path = Path.GetFullPath(Path.Combine(directory, file));
        try
        {
            return new CatalogFile(file, File.ReadAllBytes(path));
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new CatalogException($"{path} cannot be read: {cause.Message} The setting Millrace:Catalog names the directory of {file}.", cause);
        }
    }
}
