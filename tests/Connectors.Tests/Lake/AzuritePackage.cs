using System.Diagnostics;

namespace Millrace.Connectors.Tests.Lake;

/// <summary>Azurite, an emulator of blob storage, from npm. It is installed once, into the user's cache.</summary>
internal static class AzuritePackage
{
    private const string Version = "3.35.0";

    private static readonly Lazy<(string? Program, string? Problem)> Installed = new(Deliver);

    /// <summary>Why there is no Azurite to test with; null where there is.</summary>
    public static string? Missing => Installed.Value.Problem;

    /// <summary>The program of the blob service, for Node.</summary>
    public static string Program => Installed.Value.Program!;

    private static (string? Program, string? Problem) Deliver()
    {
        var cache = Path.Combine(Environment.GetEnvironmentVariable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "millrace");
        var home = Path.Combine(cache, $"azurite-{Version}");
        var program = Path.Combine(home, "node_modules", "azurite", "dist", "src", "blob", "main.js");
        if (File.Exists(program))
        {
            return (program, null);
        }

        var install = Directory.CreateDirectory(Path.Combine(cache, Path.GetRandomFileName())).FullName;
        try
        {
            var start = new ProcessStartInfo("npm")
            {
                ArgumentList = { "install", $"azurite@{Version}", "--prefix", install, "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=1", "--fetch-timeout=60000" },
                WorkingDirectory = install,
                RedirectStandardOutput = true,
            };
            using var npm = Process.Start(start)!;
            npm.StandardOutput.ReadToEnd();
            npm.WaitForExit();
            if (npm.ExitCode != 0)
            {
                return (null, $"npm cannot deliver azurite@{Version}: it ended with {npm.ExitCode}.");
            }

            // One move, so that a run beside this one never sees half of it.
            if (!Directory.Exists(home))
            {
                Directory.Move(install, home);
            }

            return (program, null);
        }
        catch (System.ComponentModel.Win32Exception absent)
        {
            return (null, $"npm cannot deliver azurite@{Version}: {absent.Message}.");
        }
        finally
        {
            if (Directory.Exists(install))
            {
                Directory.Delete(install, recursive: true);
            }
        }
    }
}

/// <summary>A fact about blob storage; skipped, and said so, where Azurite cannot be had.</summary>
internal sealed class AzuriteFactAttribute : FactAttribute
{
    public AzuriteFactAttribute() => Skip = AzuritePackage.Missing;
}
