namespace Millrace.Local;

/// <summary>A directory of generated files, beside which others may stand: those are never touched.</summary>
internal sealed class ManifestDirectory(string root)
{
    // Where generated files can be; the rest of the directory is nobody's business here.
    private static readonly string[] Folders = ["base", "overlays"];

    /// <summary>Compares what is there with what would be generated; every file of either has one entry, in the order of their paths.</summary>
    public IReadOnlyList<ManifestChange> Compare(IReadOnlyList<ManifestFile> files)
    {
        var generated = files.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        return [.. files.Select(file => new ManifestChange(file.Path, StateOf(file)))
            .Concat(Marked().Where(path => !generated.Contains(path)).Select(path => new ManifestChange(path, ManifestState.Stale)))
            .OrderBy(change => change.Path, StringComparer.Ordinal)];
    }

    /// <summary>Makes the directory what was generated: files that differ are written, stale ones are deleted, with their folders.</summary>
    /// <exception cref="UsageException">A file stands in the way that was not generated.</exception>
    public void Write(IReadOnlyList<ManifestFile> files)
    {
        if (files.FirstOrDefault(file => File.Exists(At(file.Path)) && !IsMarked(At(file.Path))) is { } taken)
        {
            throw new UsageException($"{At(taken.Path)} was not generated, and would be overwritten. Move it away, or name another directory with --output.");
        }

        var contents = files.ToDictionary(file => file.Path, file => file.Content);
        foreach (var change in Compare(files))
        {
            switch (change.State)
            {
                case ManifestState.Missing or ManifestState.Different:
                    Directory.CreateDirectory(Path.GetDirectoryName(At(change.Path))!);
                    File.WriteAllText(At(change.Path), contents[change.Path]);
                    break;
                case ManifestState.Stale:
                    File.Delete(At(change.Path));
                    if (Path.GetDirectoryName(At(change.Path)) is { } folder && !Directory.EnumerateFileSystemEntries(folder).Any())
                    {
                        Directory.Delete(folder);
                    }

                    break;
            }
        }
    }

    /// <summary>The text of a file; null where there is none.</summary>
    public string? Read(string path) => File.Exists(At(path)) ? File.ReadAllText(At(path)) : null;

    private ManifestState StateOf(ManifestFile file) => Read(file.Path) is not { } text ? ManifestState.Missing
        : text.ReplaceLineEndings("\n") == file.Content ? ManifestState.Unchanged
        : ManifestState.Different;

    private IEnumerable<string> Marked() => Folders
        .Select(At)
        .Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*.yaml", SearchOption.AllDirectories))
        .Where(IsMarked)
        .Select(file => Path.GetRelativePath(root, file).Replace('\\', '/'));

    private static bool IsMarked(string file) => File.ReadLines(file).FirstOrDefault() == ManifestFile.Mark;

    private string At(string path) => Path.Combine(root, path);
}
