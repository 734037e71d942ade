using System.ComponentModel;
using System.Diagnostics;

namespace Millrace.Conformance;

/// <summary>kcat with librdkafka 2.0, a client of another generation: the machine's own, or Debian's packages unpacked in the user's cache.</summary>
internal static class KcatPackage
{
    private static readonly string[] Packages = ["kcat", "librdkafka1", "libyajl2", "libsasl2-2"];

    private static readonly Lazy<(string? Program, string? Libraries, string? Problem)> Found = new(Find);

    /// <summary>Why there is no kcat to test with; null where there is.</summary>
    public static string? Missing => Found.Value.Problem;

    /// <summary>How to start it.</summary>
    public static ProcessStartInfo Start(params string[] arguments) => Start(Found.Value.Program!, Found.Value.Libraries, arguments);

    private static ProcessStartInfo Start(string program, string? libraries, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        if (libraries is not null)
        {
            start.Environment["LD_LIBRARY_PATH"] = libraries;
        }

        return start;
    }

    private static (string?, string?, string?) Find()
    {
        if (Runs("kcat", null))
        {
            return ("kcat", null, null);
        }

        var cache = Path.Combine(Environment.GetEnvironmentVariable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "millrace");
        var unpacked = Path.Combine(cache, "kcat");
        try
        {
            if (!Directory.Exists(unpacked) && Deliver(cache, unpacked) is { } problem)
            {
                return (null, null, problem);
            }
        }
        catch (Win32Exception absent)
        {
            return (null, null, $"There is no kcat on this machine, and Debian's package tools cannot deliver it: {absent.Message}.");
        }

        var program = Path.Combine(unpacked, "usr", "bin", "kcat");
        var libraries = string.Join(':', Directory.GetFiles(unpacked, "*.so.*", SearchOption.AllDirectories).Select(Path.GetDirectoryName).Distinct());
        return Runs(program, libraries) ? (program, libraries, null) : (null, null, $"'{program}' does not run on this machine.");
    }

    private static string? Deliver(string cache, string unpacked)
    {
        var download = Directory.CreateDirectory(Path.Combine(cache, Path.GetRandomFileName())).FullName;
        try
        {
            // A fresh machine may have no lists of packages yet; only root can fetch them.
            if (!Run(download, "apt-get", ["download", .. Packages]) && !(Run(download, "apt-get", ["update"]) && Run(download, "apt-get", ["download", .. Packages])))
            {
                return $"There is no kcat on this machine, and apt-get cannot deliver {string.Join(", ", Packages)}.";
            }

            var target = Path.Combine(download, "unpacked");
            if (!Directory.GetFiles(download, "*.deb").All(package => Run(download, "dpkg-deb", ["--extract", package, target])))
            {
                return "dpkg-deb cannot unpack kcat's packages.";
            }

            // One move, so that a run beside this one never sees half of it.
            Directory.Move(target, unpacked);
            return null;
        }
        finally
        {
            Directory.Delete(download, recursive: true);
        }
    }

    private static bool Run(string directory, string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private static bool Runs(string program, string? libraries)
    {
        try
        {
            using var process = Process.Start(Start(program, libraries, ["-V"]))!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
