using Millrace.Core;
using Millrace.Hosting;

namespace Millrace.Generator;

/// <summary>Writes the classes of stages that the catalog declares, and what feeds the others with replays: the build calls it before it compiles the function app.</summary>
public static class Program
{
    private const int Written = 0;
    private const int Refused = 1;
    private const int Unusable = 2;

    /// <summary>Writes what is missing, and removes what has no entry any more.</summary>
    /// <param name="args">The directory of the function app's sources, and the one to write to.</param>
    public static int Main(string[] args)
    {
        if (args is not [var sources, var output])
        {
            Console.Error.WriteLine("Usage: Millrace.Generator SOURCES OUTPUT");
            return Unusable;
        }

        try
        {
            GeneratedFiles.Write(output, StageSource.For(CatalogFiles.Load(sources), name => File.Exists(Path.Combine(sources, name, $"{name}.cs"))));
            return Written;
        }
        catch (CatalogException wrong)
        {
            Console.Error.WriteLine($"{FileOf(sources, wrong.Message)} : error MILLRACE1: {wrong.Message.ReplaceLineEndings(" ")}");
            return Refused;
        }
    }

    // A message begins with the file that it is about, where it is about one.
    private static string FileOf(string sources, string message) =>
        Path.Combine(sources, Directory.EnumerateFiles(sources, CatalogFiles.OfStage, SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(sources, file).Replace('\\', '/'))
            .Append("streams.json")
            .FirstOrDefault(file => message.StartsWith(file, StringComparison.Ordinal), "stages.json"));
}
