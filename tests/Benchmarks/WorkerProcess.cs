using System.Diagnostics;

namespace Millrace.Benchmarks;

/// <summary>The function app in a process of its own, with <c>PageChange</c> alone.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private readonly Process _process;

    private WorkerProcess(Process process) => _process = process;

    public TimeSpan Cpu => ProcessUse.Cpu(_process);

    public long ResidentBytes => ProcessUse.ResidentBytes(_process);

    public static WorkerProcess Start(DeliveryTopics topics)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Millrace.Functions.dll")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["KAFKA_BOOTSTRAP_SERVERS"] = topics.Options.BootstrapServers;
        start.Environment["AzureFunctionsJobHost__functions__0"] = "PageChange";
        start.Environment["AzureFunctionsJobHost__functions__1"] = "PageChange_1";
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        start.Environment["Millrace__Catalog"] = topics.WriteCatalog();
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Show(line.Data);
        process.ErrorDataReceived += (_, line) => Show(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new WorkerProcess(process);

        static void Show(string? line)
        {
            if (line is not null)
            {
                Console.Error.WriteLine(line);
            }
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
