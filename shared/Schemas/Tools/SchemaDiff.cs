using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>Lists what changed from one version of a schema to the next, and whether a minor version may have it.</summary>
/// <remarks>
/// The rules are those of event platforms in use: within a major version what a schema says stays; <c>required</c> is the same
/// set; an <c>enum</c> may grow; optional fields may be added; descriptions, examples and identifiers may change. Where the
/// reference looks only at what the old version says, a new constraint on an old field is refused here too. Bounds stay as they
/// are in both directions: a tighter one refuses events of the old version, a looser one surprises its consumers.
/// </remarks>
public static class SchemaDiff
{
    /// <summary>Compares two versions.</summary>
    /// <param name="old">The older version's document.</param>
    /// <param name="current">The newer version's document.</param>
    /// <returns>The changes, in the order of the older version, then of the newer one; empty where there are none.</returns>
    public static IReadOnlyList<SchemaChange> Between(JsonElement old, JsonElement current)
    {
        var changes = new List<SchemaChange>();
        new SchemaComparison(changes).Compare(SchemaPosition.Root, old, current);
        return changes;
    }

    /// <summary>Reads two schema files and compares them.</summary>
    /// <exception cref="SchemaException">A file is neither JSON nor YAML, or too large.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static IReadOnlyList<SchemaChange> BetweenFiles(string old, string current) => Between(Read(old), Read(current));

    /// <summary>Reads two schemas of a repository and compares them.</summary>
    /// <param name="repository">The repository's directory.</param>
    /// <param name="old">The older version's URI, such as <c>/page/change/1.0.0</c>.</param>
    /// <param name="current">The newer version's URI.</param>
    /// <exception cref="SchemaException">A schema is not there, or no schema.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such repository.</exception>
    public static IReadOnlyList<SchemaChange> BetweenUris(string repository, string old, string current)
    {
        var directory = new RepositoryDirectory(repository);
        return Between(Read(directory, old), Read(directory, current));
    }

    private static JsonElement Read(string path)
    {
        var file = Path.GetFullPath(path);
        return new RepositoryDirectory(Path.GetDirectoryName(file)!).TryRead(RepositoryFile.Of(Path.GetFileName(file)))
            ?? throw new FileNotFoundException($"'{path}' is no file.");
    }

    private static JsonElement Read(RepositoryDirectory directory, string uri) => !SchemaUri.IsValid(uri)
        ? throw new SchemaException(uri, "", $"a schema URI is {SchemaUri.Form}.")
        : directory.Find(uri) ?? throw new SchemaException(uri, "", $"is not in '{directory.Root}', with extension .json, .yaml or none.");
}
