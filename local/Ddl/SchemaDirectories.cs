using Millrace.Schemas;

namespace Millrace.Local;

/// <summary>The schemas of some directories, as their files' names tell: <c>title/major.minor.patch</c>, with or without an extension.</summary>
internal sealed class SchemaDirectories
{
    private static readonly string[] Extensions = [".json", ".yaml"];

    // What a link leads to is found by its own name, or is none of this directory's.
    private static readonly EnumerationOptions Files = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Hidden };

    private readonly SortedDictionary<string, Version> _newest = new(StringComparer.Ordinal);

    /// <summary>Looks through directories.</summary>
    /// <exception cref="UsageException">One is no directory.</exception>
    public SchemaDirectories(IReadOnlyList<string> directories)
    {
        var options = new SchemaRepositoryOptions();
        foreach (var directory in directories)
        {
            options.Bases.Add(Directory.Exists(directory) ? directory : throw new UsageException($"--schemas has '{directory}', which is no directory."));
            foreach (var file in Directory.EnumerateFiles(directory, "*", Files))
            {
                Add(Path.GetRelativePath(directory, file).Replace('\\', '/'));
            }
        }

        Repository = new SchemaRepository(options, client: null, TimeProvider.System);
    }

    /// <summary>The directories as a repository, searched in their order.</summary>
    public SchemaRepository Repository { get; }

    /// <summary>The newest schema of every title, by the title.</summary>
    public IEnumerable<(string Title, string Uri)> Newest => _newest.Select(schema => (schema.Key, Uri(schema.Key, schema.Value)));

    /// <summary>The URI of the newest schema of a title; null where there is none.</summary>
    public string? NewestOf(string title) => _newest.TryGetValue(title, out var version) ? Uri(title, version) : null;

    /// <summary>Reads a version of the form <c>major.minor.patch</c>; null where a text is none.</summary>
    public static Version? ParseVersion(string text) =>
        Version.TryParse(text, out var version) && version is { Build: >= 0, Revision: < 0 } && version.ToString() == text ? version : null;

    private static string Uri(string title, Version version) => $"/{title}/{version}";

    private void Add(string file)
    {
        var path = Extensions.FirstOrDefault(extension => file.EndsWith(extension, StringComparison.Ordinal)) is { } known ? file[..^known.Length] : file;
        if (path.LastIndexOf('/') is var slash and > 0
            && ParseVersion(path[(slash + 1)..]) is { } version
            && (!_newest.TryGetValue(path[..slash], out var newest) || newest < version))
        {
            _newest[path[..slash]] = version;
        }
    }
}
