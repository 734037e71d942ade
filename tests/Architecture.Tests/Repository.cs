using System.Xml.Linq;

namespace Millrace.Architecture.Tests;

/// <summary>The repository as files.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>Every project by its path from the root, without its extension: <c>shared/Core</c>, <c>local/FunctionsHost</c>.</summary>
    public static IReadOnlyDictionary<string, XDocument> Projects { get; } = Files("*.csproj").ToDictionary(
        file => Name(Path.GetDirectoryName(file)!),
        file => XDocument.Load(file));

    public static IEnumerable<string> Files(string pattern, string below = ".") =>
        Directory.EnumerateFiles(Path.Combine(Root, below), pattern, SearchOption.AllDirectories)
            .Where(file => !Name(file).Split('/').Any(part => part is "bin" or "obj" or "template" or "out"));

    public static string Name(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    /// <summary>The projects that a project refers to.</summary>
    public static IEnumerable<string> ReferencesOf(string project) => Projects[project].Descendants("ProjectReference")
        .Select(reference => Name(Path.GetDirectoryName(Path.GetFullPath(Path.Combine(Root, project, reference.Attribute("Include")!.Value)))!));

    public static IEnumerable<string> PackagesOf(string project) => Projects[project].Descendants("PackageReference")
        .Select(reference => reference.Attribute("Include")!.Value);

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Functions.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("Functions.sln is in no directory above the tests.");
        }

        return directory.FullName;
    }
}
