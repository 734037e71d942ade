using System.Diagnostics;

namespace Millrace.Benchmarks;

/// <summary>The function app in a process of its own, with <c>PageChange</c> alone unless functions are named.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private readonly Process _process;

    private WorkerProcess(Process process) => _process = process;

    public TimeSpan Cpu => ProcessUse.Cpu(_process);

    public long ResidentBytes => ProcessUse.ResidentBytes(_process);

    public static WorkerProcess Start(DeliveryTopics topics) => Start(topics.Options.BootstrapServers!, topics.WriteCatalog(), "PageChange", "PageChange_1");

    /// <summary>Starts it with some functions.</summary>
    public static WorkerProcess Start(string bootstrapServers, string catalog, params string[] functions)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Millrace.Functions.dll")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["KAFKA_BOOTSTRAP_SERVERS"] = bootstrapServers;
        for (var i = 0; i < functions.Length; i++)
        {
            start.Environment[$"AzureFunctionsJobHost__functions__{i}"] = functions[i];
        }

        start.Environment["AzureFunctionsJobHost__logging__logLevel__default"] = "Warning";
        start.Environment["Millrace__Catalog"] = catalog;
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
