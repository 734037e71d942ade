namespace Millrace.Schemas;

/// <summary>A directory with schemas.</summary>
internal sealed class DirectoryBase : SchemaBase
{
    private readonly string _root;
    private readonly int _maxBytes;

    /// <summary>Opens a directory that exists.</summary>
    /// <exception cref="DirectoryNotFoundException">It does not.</exception>
    public DirectoryBase(string name, int maxBytes)
        : base(name)
    {
        _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(name)) + Path.DirectorySeparatorChar;
        _maxBytes = maxBytes;
        if (!Directory.Exists(_root))
        {
            throw new DirectoryNotFoundException($"The schema base '{name}' must be a directory that exists or an http(s) URI, but there is no directory '{_root}'.");
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Files(string title) =>
        Directory.Exists(Path.Combine(_root, title)) ? Directory.EnumerateFiles(Path.Combine(_root, title)).Select(file => Path.GetFileName(file)) : [];

    /// <inheritdoc/>
    public override byte[]? Read(string path)
    {
        var file = Path.GetFullPath(Path.Combine(_root, path.TrimStart('/')));
        if (!file.StartsWith(_root, StringComparison.Ordinal) || !File.Exists(file))
        {
            return null;
        }

        try
        {
            using var stream = File.OpenRead(file);
            return ReadBounded(stream, path, _maxBytes);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SchemaUnavailableException($"'{path}' in '{Name}' cannot be read: {failure.Message}", failure);
        }
    }
}
