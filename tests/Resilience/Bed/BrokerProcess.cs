using System.ComponentModel;
using System.Diagnostics;
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

    private readonly int? _diskMegabytes;

    private BrokerProcess(string topics, int? diskMegabytes) => (_topics, _diskMegabytes) = (topics, diskMegabytes);

    /// <summary>Where clients connect; the same over restarts.</summary>
    public string BootstrapServers { get; private set; } = "127.0.0.1:0";

    /// <summary>What it has written since it was started.</summary>
    public string Said => string.Join('\n', _process.Said);

    // Seen from outside: the disk is mounted where only the broker sees it.
    private string Filler => $"/proc/{_process.Id}/root{_directory}/filler";

    /// <summary>Starts one with topics, as its command line takes them.</summary>
    /// <param name="topics">The topics.</param>
    /// <param name="diskMegabytes">Gives it a disk of its own, of that size, which a restart would empty; null takes a directory.</param>
    public static async Task<BrokerProcess> StartAsync(string topics, int? diskMegabytes = null)
    {
        var broker = new BrokerProcess(topics, diskMegabytes);
        await broker.StartAsync();
        return broker;
    }

    /// <summary>Starts it on what the directory holds; returns when it serves.</summary>
    public async Task StartAsync()
    {
        string[] command =
        [
            "dotnet", Command, "broker", "--data", _directory, "--port", BootstrapServers.Split(':')[1],
            "--control-port", "0", "--default-partitions", "0", "--topics", _topics,
        ];
        string[] disk = _diskMegabytes is { } size
            ? ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", $"mount -t tmpfs -o size={size}m tmpfs {_directory} && exec \"$@\"", "sh"]
            : [];
        _process = ChildProcess.Start([.. disk, .. command], new Dictionary<string, string>());
        await Until.IsTrueAsync("the broker serves", () => _process.HasExited || _process.HasSaid(ControlGreeting));
        BootstrapServers = After(Greeting);
        _controlAddress = new Uri(After(ControlGreeting));
    }

    /// <summary>Kills it as <c>kill -9</c> does.</summary>
    public async Task KillAsync() => await _process.DisposeAsync();

    /// <summary>Whether this machine lets a process have a disk of its own.</summary>
    public static bool CanHaveDisk()
    {
        try
        {
            using var trial = Process.Start("unshare", ["--user", "--map-root-user", "--mount", "true"]);
            trial.WaitForExit();
            return trial.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Fills its disk to the last byte.</summary>
    public void FillDisk()
    {
        using var filler = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var zeros = new byte[4096];
        try
        {
            while (true)
            {
                filler.Write(zeros);
            }
        }
        catch (IOException)
        {
            // That was all the room there was.
        }
    }

    /// <summary>Makes room again.</summary>
    public void EmptyDisk() => File.Delete(Filler);

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

    private string After(string greeting) => _process.Said.Select(line => line.Split(greeting)).FirstOrDefault(parts => parts.Length == 2)?[1]
        ?? throw new InvalidOperationException($"The broker does not serve; it said:\n{Said}");
}
