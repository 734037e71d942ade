using System.Diagnostics;

namespace Millrace.Benchmarks;

/// <summary><c>millrace broker</c> in a process of its own, with a directory that goes with it.</summary>
internal sealed class StandaloneBroker : IDisposable
{
    private const string Greeting = "Listening on ";
    private readonly Process _process;
    private readonly string _directory;

    private StandaloneBroker(Process process, string directory, string bootstrapServers, TimeSpan startTime) =>
        (_process, _directory, BootstrapServers, StartTime) = (process, directory, bootstrapServers, startTime);

    public string BootstrapServers { get; }

    /// <summary>From the start of the process to the first client that could connect.</summary>
    public TimeSpan StartTime { get; }

    public TimeSpan Cpu => ProcessUse.Cpu(_process);

    public long ResidentBytes => ProcessUse.ResidentBytes(_process);

    public static async Task<StandaloneBroker> StartAsync()
    {
        var directory = Directory.CreateTempSubdirectory("millrace-broker-").FullName;
        var watch = Stopwatch.StartNew();
        var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "millrace.dll"), "broker", "--data", directory, "--port", "0"])
        {
            RedirectStandardOutput = true,
        })!;
        var line = await process.StandardOutput.ReadLineAsync();
        return line is not null && line.StartsWith(Greeting, StringComparison.Ordinal)
            ? new StandaloneBroker(process, directory, line[Greeting.Length..], watch.Elapsed)
            : throw new InvalidOperationException($"The broker does not serve; it said '{line}'.");
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
