using Millrace.Core;

namespace Millrace.Hosting;

/// <summary>Loads <c>stages.json</c> and <c>streams.json</c>.</summary>
public static class CatalogFiles
{
    /// <summary>Loads both from a directory.</summary>
    /// <exception cref="CatalogException">A file is missing or wrong; the message says which, and where.</exception>
    public static StageCatalog Load(string directory) =>
        StageCatalog.Parse(Read(directory, "stages.json"), StreamCatalog.Parse(Read(directory, "streams.json")));

    private static byte[] Read(string directory, string file)
    {
        var path = Path.GetFullPath(Path.Combine(directory, file));
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new CatalogException($"{path} cannot be read: {cause.Message} The setting Millrace:Catalog names the directory of {file}.", cause);
        }
    }
}
