using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>A schema repository as files: <c>title/version.yaml</c> below a directory.</summary>
/// <remarks>
/// Hidden directories, <c>node_modules</c> and links to directories are left alone. A link to a file is followed if it stays in
/// the repository; <c>1.0.0</c> that leads to <c>1.0.0.yaml</c> beside it is that same file, and not listed.
/// </remarks>
internal sealed class RepositoryDirectory
{
    private const int MaxSchemaBytes = 1024 * 1024;

    private readonly DirectoryBase _base;

    /// <summary>Opens a directory that exists.</summary>
    /// <exception cref="DirectoryNotFoundException">It does not.</exception>
    public RepositoryDirectory(string root)
    {
        if (!Directory.Exists(root))
        {
            throw new DirectoryNotFoundException($"'{root}' is no directory; a schema repository is a directory with files <title>/<version>.yaml or .json.");
        }

        Root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        _base = new DirectoryBase(root, MaxSchemaBytes);
    }

    /// <summary>The directory's full path.</summary>
    public string Root { get; }

    /// <summary>The schema files, sources and links of convenience too, in the order of their paths.</summary>
    public IReadOnlyList<RepositoryFile> Files() =>
        [.. Find(new DirectoryInfo(Root)).Where(file => !IsSameFile(file)).Select(file => RepositoryFile.Of(Relative(file.FullName))).OrderBy(file => file.Path, StringComparer.Ordinal)];

    /// <summary>Whether a file is a link that leads out of the repository, or nowhere.</summary>
    public bool LeadsOut(RepositoryFile file) =>
        new FileInfo(Path.Combine(Root, file.Path)) is { LinkTarget: not null } link
        && TargetOf(link)?.FullName.StartsWith(Root + Path.DirectorySeparatorChar, StringComparison.Ordinal) != true;

    /// <summary>Reads and parses a file.</summary>
    /// <exception cref="SchemaException">It is too large, or neither JSON nor YAML, or cannot be read.</exception>
    public JsonElement Read(RepositoryFile file) => TryRead(file)
        ?? throw new SchemaException(file.Uri, "", $"is not there: '{file.Path}'.");

    /// <summary>Reads and parses a file; null where there is none.</summary>
    /// <exception cref="SchemaException">It is too large, or neither JSON nor YAML, or cannot be read.</exception>
    public JsonElement? TryRead(RepositoryFile file)
    {
        try
        {
            return _base.Read("/" + file.Path) is { } content ? SchemaFile.Parse(file.Uri, file.Extension, content) : null;
        }
        catch (SchemaUnavailableException unreadable)
        {
            throw new SchemaException(file.Uri, "", unreadable.Message, unreadable);
        }
    }

    /// <summary>Reads the schema of that URI, in the first file that events would find; null where there is none.</summary>
    /// <exception cref="SchemaException">The file is too large, or neither JSON nor YAML, or cannot be read.</exception>
    public JsonElement? Find(string uri)
    {
        foreach (var extension in SchemaFile.Extensions)
        {
            if (TryRead(RepositoryFile.Of(uri[1..] + extension)) is { } document)
            {
                return document;
            }
        }

        return null;
    }

    private static IEnumerable<FileInfo> Find(DirectoryInfo directory)
    {
        foreach (var entry in directory.EnumerateFileSystemInfos().Where(entry => entry.Name[0] != '.'))
        {
            if (entry is FileInfo file)
            {
                // Files without an extension are schemas where they look like a version; a LICENSE does not.
                if (file.Extension is ".json" or ".yaml" or ".yml" || char.IsAsciiDigit(file.Name[0]))
                {
                    yield return file;
                }
            }
            else if (entry is DirectoryInfo { LinkTarget: null, Name: not "node_modules" } below)
            {
                foreach (var found in Find(below))
                {
                    yield return found;
                }
            }
        }
    }

    private static bool IsSameFile(FileInfo file) => TargetOf(file) is { } target
        && target.DirectoryName == file.DirectoryName
        && RepositoryFile.Of(target.Name).Name == RepositoryFile.Of(file.Name).Name;

    // Null for a file that is no link, and for a link that leads nowhere.
    private static FileInfo? TargetOf(FileInfo file)
    {
        try
        {
            return file.LinkTarget is not null && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo { Exists: true } target ? target : null;
        }
        catch (IOException)
        {
            // Links in a circle.
            return null;
        }
    }

    private string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');
}
