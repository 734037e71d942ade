using System.ComponentModel;
using System.Diagnostics;

namespace Millrace.Tests;

/// <summary>A program that tests need: the machine's own, or Debian's packages unpacked in the user's cache.</summary>
/// <remarks>Nothing is installed: the package and what it depends on that the machine lacks are downloaded once, and found by <c>LD_LIBRARY_PATH</c>.</remarks>
internal sealed class DebianProgram
{
    private readonly string _name;
    private readonly string _version;
    private readonly string _path;
    private readonly Lazy<(string? Program, string? Libraries, string? Problem)> _found;

    /// <param name="name">The program, and Debian's package that it comes in.</param>
    /// <param name="version">The argument by which it tells its version, and ends.</param>
    /// <param name="path">Where the package has it; null for where programs are.</param>
    public DebianProgram(string name, string version, string? path = null)
    {
        (_name, _version, _path) = (name, version, path ?? $"usr/bin/{name}");
        _found = new(Find);
    }

    /// <summary>Why there is none to test with; null where there is.</summary>
    public string? Missing => _found.Value.Problem;

    /// <summary>How to start it.</summary>
    public ProcessStartInfo Start(params string[] arguments) => Start(_found.Value.Program!, _found.Value.Libraries, arguments);

    private static ProcessStartInfo Start(string program, string? libraries, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        if (libraries is not null)
        {
            start.Environment["LD_LIBRARY_PATH"] = libraries;
        }

        return start;
    }

    private (string?, string?, string?) Find()
    {
        if (Installed() is { } installed && Runs(installed, null))
        {
            return (installed, null, null);
        }

        var cache = Path.Combine(Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set ? set : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "millrace");
        var unpacked = Path.Combine(cache, _name);
        try
        {
            if (!Directory.Exists(unpacked) && Deliver(cache, unpacked) is { } problem)
            {
                return (null, null, problem);
            }
        }
        catch (IOException) when (Directory.Exists(unpacked))
        {
            // A run beside this one was faster.
        }
        catch (Exception cause) when (cause is Win32Exception or IOException or UnauthorizedAccessException)
        {
            return (null, null, $"There is no {_name} on this machine, and Debian's package tools cannot deliver it: {cause.Message}");
        }

        var program = Path.Combine(unpacked, _path);
        var libraries = string.Join(':', Directory.GetFiles(unpacked, "*.so*", SearchOption.AllDirectories).Select(Path.GetDirectoryName).Distinct());
        return Runs(program, libraries) ? (program, libraries, null) : (null, null, $"'{program}' does not run on this machine.");
    }

    private string? Deliver(string cache, string unpacked)
    {
        var download = Directory.CreateDirectory(Path.Combine(cache, Path.GetRandomFileName())).FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(download, "partial"));
            string[] arguments = ["install", "--download-only", "--yes", "--no-install-recommends", "-o", "Debug::NoLocking=1", "-o", $"Dir::Cache::archives={download}/", _name];

            // A fresh machine may have no lists of packages yet; only root can fetch them.
            if (!Run(download, "apt-get", arguments) && !(Run(download, "apt-get", ["update"]) && Run(download, "apt-get", arguments)))
            {
                return $"There is no {_name} on this machine, and apt-get cannot deliver it with what it depends on.";
            }

            var target = Path.Combine(download, "unpacked");
            if (!Directory.GetFiles(download, "*.deb").All(package => Run(download, "dpkg-deb", ["--extract", package, target])))
            {
                return $"dpkg-deb cannot unpack the packages of {_name}.";
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

    private string? Installed() => Environment.GetEnvironmentVariable("PATH")?.Split(':').Select(directory => Path.Combine(directory, _name)).FirstOrDefault(File.Exists);

    private static bool Run(string directory, string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private bool Runs(string program, string? libraries)
    {
        try
        {
            using var process = Process.Start(Start(program, libraries, [_version]))!;
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
