using System.Globalization;
using System.Net.Http.Json;

namespace Millrace.Resilience;

/// <summary>The embedded broker in a process of its own, with a directory that outlives it.</summary>
internal sealed class BrokerProcess : IAsyncDisposable
{
    private const string Greeting = "Listening on ";
    private const string ControlGreeting = "Faults are ordered at ";
    private static readonly string Command = Path.Combine(AppContext.BaseDirectory, "millrace.dll");
    private readonly string _directory = Directory.CreateTempSubdirectory("millrace-resilience-").FullName;
    private readonly HttpClient _control = new();
    private readonly string _topics;
    private ChildProcess _process = null!;
    private Uri _controlAddress = null!;

    private BrokerProcess(string topics) => _topics = topics;

    /// <summary>Where clients connect; the same over restarts.</summary>
    public string BootstrapServers { get; private set; } = "127.0.0.1:0";

    /// <summary>What it has written since it was started.</summary>
    public string Said => string.Join('\n', _process.Said);

    /// <summary>Starts one with topics, as its command line takes them.</summary>
    public static async Task<BrokerProcess> StartAsync(string topics)
    {
        var broker = new BrokerProcess(topics);
        await broker.StartAsync();
        return broker;
    }

    /// <summary>Starts it on what the directory holds; returns when it serves.</summary>
    public async Task StartAsync()
    {
        // A write beyond a limit of file sizes is to fail, as on a full disk, and not to end the process.
        string[] command =
        [
            "env", "--ignore-signal=XFSZ", "dotnet", Command, "broker", "--data", _directory, "--port", BootstrapServers.Split(':')[1],
            "--control-port", "0", "--default-partitions", "0", "--topics", _topics,
        ];
        _process = ChildProcess.Start(command, new Dictionary<string, string>());
        await Until.IsTrueAsync("the broker serves", () => _process.HasExited || _process.HasSaid(ControlGreeting));
        BootstrapServers = After(Greeting);
        _controlAddress = new Uri(After(ControlGreeting));
    }

    /// <summary>Kills it as <c>kill -9</c> does.</summary>
    public async Task KillAsync() => await _process.DisposeAsync();

    /// <summary>Lets no file grow beyond a size, or again as far as it likes.</summary>
    public Task LimitFilesAsync(long? bytes) => ChildProcess.RunAsync("prlimit", "--pid", _process.Id, $"--fsize={bytes?.ToString(CultureInfo.InvariantCulture) ?? "unlimited"}:");

    /// <summary>The size of its largest file, in bytes.</summary>
    public long LargestFile => new DirectoryInfo(_directory).EnumerateFiles("*", SearchOption.AllDirectories).Max(file => file.Length);

    /// <summary>Orders a fault in the words of the control endpoint.</summary>
    public Task OrderAsync(object fault) => PostAsync("faults", fault);

    /// <summary>Forgets all faults that are still to come.</summary>
    public async Task ClearAsync() => (await _control.DeleteAsync(new Uri(_controlAddress, "faults"))).EnsureSuccessStatusCode();

    /// <summary>Closes all connections, and takes no new ones.</summary>
    public Task DownAsync() => PostAsync("down", new { });

    /// <summary>Takes connections again.</summary>
    public Task UpAsync() => PostAsync("up", new { });

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _control.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task PostAsync(string path, object body)
    {
        using var answer = await _control.PostAsJsonAsync(new Uri(_controlAddress, path), body);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"The broker's control endpoint refuses: {await answer.Content.ReadAsStringAsync()}");
        }
    }

    private string After(string greeting) => _process.Said.FirstOrDefault(line => line.StartsWith(greeting, StringComparison.Ordinal))?[greeting.Length..]
        ?? throw new InvalidOperationException($"The broker does not serve; it said:\n{Said}");
}
