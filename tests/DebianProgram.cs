using System.ComponentModel;
using System.Diagnostics;

namespace Millrace.Tests;

/// <summary>A program that tests need: the machine's own, or Debian's packages unpacked in the user's cache.</summary>
internal sealed class DebianProgram
{
    private readonly string _name;
    private readonly string[] _packages;
    private readonly string _version;
    private readonly Lazy<(string? Program, string? Libraries, string? Problem)> _found;

    /// <param name="name">The program.</param>
    /// <param name="packages">Debian's packages that it and its libraries come in.</param>
    /// <param name="version">The argument by which it tells its version, and ends.</param>
    public DebianProgram(string name, string[] packages, string version)
    {
        (_name, _packages, _version) = (name, packages, version);
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
        if (Runs(_name, null))
        {
            return (_name, null, null);
        }

        var cache = Path.Combine(Environment.GetEnvironmentVariable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "millrace");
        var unpacked = Path.Combine(cache, _name);
        try
        {
            if (!Directory.Exists(unpacked) && Deliver(cache, unpacked) is { } problem)
            {
                return (null, null, problem);
            }
        }
        catch (Win32Exception absent)
        {
            return (null, null, $"There is no {_name} on this machine, and Debian's package tools cannot deliver it: {absent.Message}.");
        }

        var program = Path.Combine(unpacked, "usr", "bin", _name);
        var libraries = string.Join(':', Directory.GetFiles(unpacked, "*.so.*", SearchOption.AllDirectories).Select(Path.GetDirectoryName).Distinct());
        return Runs(program, libraries) ? (program, libraries, null) : (null, null, $"'{program}' does not run on this machine.");
    }

    private string? Deliver(string cache, string unpacked)
    {
        var download = Directory.CreateDirectory(Path.Combine(cache, Path.GetRandomFileName())).FullName;
        try
        {
            // A fresh machine may have no lists of packages yet; only root can fetch them.
            if (!Run(download, "apt-get", ["download", .. _packages]) && !(Run(download, "apt-get", ["update"]) && Run(download, "apt-get", ["download", .. _packages])))
            {
                return $"There is no {_name} on this machine, and apt-get cannot deliver {string.Join(", ", _packages)}.";
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
