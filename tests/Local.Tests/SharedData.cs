using System.Runtime.CompilerServices;

namespace Millrace.Local.Tests;

/// <summary>Real data that lies beside the repository.</summary>
internal static class SharedData
{
    public static string Root { get; } = Environment.GetEnvironmentVariable("MILLRACE_SHARED_DATA") ?? Beside();

    public static string PathOf(string name) => Path.Combine(Root, name);

    private static string Beside([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../shared/data"));
}

/// <summary>A test on real data; skipped where there is none.</summary>
internal sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute()
    {
        if (!Directory.Exists(SharedData.Root))
        {
            Skip = $"There is no real data in {SharedData.Root}; MILLRACE_SHARED_DATA names another directory.";
        }
    }
}
