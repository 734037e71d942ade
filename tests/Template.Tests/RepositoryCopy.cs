namespace Millrace.Template.Tests;

/// <summary>The repository's sources in a directory of their own, as a clean clone has them; gone in the end.</summary>
internal sealed class RepositoryCopy : IDisposable
{
    private static readonly string[] NotSources = [".git", "bin", "obj", "out", "TestResults", ".millrace", ".vs", ".idea"];

    public RepositoryCopy() => Copy(new DirectoryInfo(Source), Root);

    public string Root { get; } = Directory.CreateTempSubdirectory("millrace-clone-").FullName;

    private static string Source
    {
        get
        {
            var directory = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(directory.FullName, "Functions.sln")))
            {
                directory = directory.Parent ?? throw new InvalidOperationException("Functions.sln is in no directory above the tests.");
            }

            return directory.FullName;
        }
    }

    public string At(params string[] path) => Path.Combine([Root, .. path]);

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static void Copy(DirectoryInfo from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in from.EnumerateFiles())
        {
            file.CopyTo(Path.Combine(to, file.Name));
        }

        foreach (var directory in from.EnumerateDirectories().Where(directory => directory.LinkTarget is null && !NotSources.Contains(directory.Name)))
        {
            Copy(directory, Path.Combine(to, directory.Name));
        }
    }
}
