namespace Millrace.Generator;

/// <summary>The files that were written, and no others of their kind.</summary>
internal static class GeneratedFiles
{
    private const string Suffix = ".g.cs";

    /// <summary>Brings a directory up to date. A file whose content is the same is left alone, so that nothing is compiled anew for it.</summary>
    /// <param name="directory">The directory; made where it is missing.</param>
    /// <param name="sources">The files by the names of their stages.</param>
    public static void Write(string directory, IReadOnlyDictionary<string, string> sources)
    {
        Directory.CreateDirectory(directory);
        foreach (var file in Directory.EnumerateFiles(directory, $"*{Suffix}"))
        {
            if (!sources.ContainsKey(Path.GetFileName(file)[..^Suffix.Length]))
            {
                File.Delete(file);
            }
        }

        foreach (var (name, source) in sources)
        {
            var file = Path.Combine(directory, name + Suffix);
            if (!File.Exists(file) || File.ReadAllText(file) != source)
            {
                File.WriteAllText(file, source);
            }
        }
    }
}
