namespace Millrace.Resilience;

/// <summary>The worker processes of a testbed.</summary>
internal sealed class Workers(string brokers) : IAsyncDisposable
{
    private static readonly string Program = Path.Combine(
        Testbed.Repository(), "tests", "Resilience", "Worker", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "Millrace.Resilience.Worker.dll");

    private readonly List<ChildProcess> _workers = [];

    /// <summary>The directory that the worker was built to.</summary>
    public static string Directory => Path.GetDirectoryName(Program)!;

    /// <summary>All their lines that contain a text.</summary>
    public IEnumerable<string> Said(string text) => _workers.SelectMany(worker => worker.Said).Where(line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>Starts one.</summary>
    /// <param name="settings">Its settings; of those of one name the last holds.</param>
    public ChildProcess Start(IEnumerable<(string Name, string Value)> settings)
    {
        var all = new Dictionary<string, string>
        {
            ["KAFKA_BOOTSTRAP_SERVERS"] = brokers,
            ["Stages__Probe__Settings__Lookup__AllowedHosts__0"] = "127.0.0.1",
            ["AzureFunctionsJobHost__extensions__kafka__maxBatchSize"] = "100",
            ["AzureFunctionsJobHost__extensions__kafka__sessionTimeoutMs"] = "1500",
            ["Kafka__Client__metadata.recovery.strategy"] = "none",
            ["Kafka__Client__reconnect.backoff.max.ms"] = "500",
        };
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        var worker = ChildProcess.Start(["dotnet", Program], all);
        _workers.Add(worker);
        return worker;
    }

    /// <summary>Tells of a worker that could not start, for which nobody has to wait.</summary>
    public void ThrowIfBroken()
    {
        if (_workers.Count > 0 && _workers[^1] is { HasExited: true } worker && worker.HasSaid("Unhandled exception"))
        {
            throw new InvalidOperationException("The worker does not start.");
        }
    }

    /// <summary>Asks all to end, one after the other.</summary>
    public async Task TerminateAsync()
    {
        foreach (var worker in _workers)
        {
            await worker.TerminateAsync();
        }
    }

    /// <summary>The last lines of the last of them.</summary>
    public string Report() => string.Join('\n', _workers.TakeLast(3).SelectMany(worker => worker.Said.TakeLast(40).Prepend($"--- worker {worker.Id}")));

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers)
        {
            await worker.DisposeAsync();
        }
    }
}
