namespace Millrace.Schemas;

/// <summary>A file of a schema repository that has a schema's extension.</summary>
/// <param name="Path">The path from the repository's root, with slashes.</param>
/// <param name="Title">Its directory from there, which is the schema's title; empty at the root.</param>
/// <param name="Name">Its name without the extension: a version, or <c>current</c>.</param>
/// <param name="Extension">One of <see cref="SchemaFile.Extensions"/>, or one that nothing reads.</param>
internal sealed record RepositoryFile(string Path, string Title, string Name, string Extension)
{
    /// <summary>The name of the files that released versions are made of.</summary>
    public const string Current = "current";

    private const string Latest = "latest";

    /// <summary>The version that the file is named by; null where it is not.</summary>
    public SchemaVersion? Version => SchemaVersion.TryParse(Name, out var version) ? version : null;

    /// <summary>The URI that events name the schema by.</summary>
    public string Uri => $"/{Title}/{Name}";

    /// <summary>Whether the file is a source or a link of convenience, which no event names.</summary>
    public bool IsAlias => Name is Current or Latest;

    /// <summary>Whether a repository looks for files with that extension.</summary>
    public bool IsRead => SchemaFile.Extensions.Contains(Extension);

    /// <summary>Splits a path from the repository's root.</summary>
    public static RepositoryFile Of(string path)
    {
        var slash = path.LastIndexOf('/');
        var name = path[(slash + 1)..];
        var extension = System.IO.Path.GetExtension(name) is ".json" or ".yaml" or ".yml" ? System.IO.Path.GetExtension(name) : "";
        return new RepositoryFile(path, slash < 0 ? "" : path[..slash], name[..^extension.Length], extension);
    }
}
