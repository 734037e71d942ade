namespace Millrace.Tests;

/// <summary>Schemas and events that nobody on the project wrote. They stand beside the repository, not in it.</summary>
internal static class Corpus
{
    public static string Repository { get; } = FindRepository();

    public static string Root { get; } =
        Environment.GetEnvironmentVariable("MILLRACE_SHARED_DATA") ?? Path.GetFullPath(Path.Combine(Repository, "..", "shared", "data"));

    public static string? Missing => Directory.Exists(Root) ? null : $"There are no real schemas and events at '{Root}'; MILLRACE_SHARED_DATA can name another place.";

    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    public static string[] Files(string folder, string pattern) => Missing is null
        ? [.. Directory.GetFiles(At(folder), pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal)]
        : [];

    private static string FindRepository()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Functions.sln")))
        {
            directory = directory.Parent ?? throw new DirectoryNotFoundException("The tests run outside of the repository.");
        }

        return directory.FullName;
    }
}

/// <summary>A fact about the corpus; skipped, and said so, where there is none.</summary>
internal sealed class CorpusFactAttribute : FactAttribute
{
    public CorpusFactAttribute() => Skip = Corpus.Missing;
}

/// <summary>A theory about the corpus; skipped, and said so, where there is none.</summary>
internal sealed class CorpusTheoryAttribute : TheoryAttribute
{
    public CorpusTheoryAttribute() => Skip = Corpus.Missing;
}
