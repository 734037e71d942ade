using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Millrace.Lookups.Tests;

/// <summary>A Redis of the machine's, on a port of its own and with a password.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    public const string Password = "kept-in-a-file";
    private readonly Process _process;
    private readonly string _file = Path.GetTempFileName();

    private RedisServer(int port)
    {
        Port = port;
        _process = Process.Start(new ProcessStartInfo(Binary!, ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--requirepass", Password]) { RedirectStandardOutput = true })!;
        File.WriteAllText(_file, Password + "\n");
    }

    /// <summary>Where the server's program lies: MILLRACE_REDIS_SERVER, or on the path; null where it does not.</summary>
    public static string? Binary { get; } = Environment.GetEnvironmentVariable("MILLRACE_REDIS_SERVER")
        ?? (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "redis-server")).FirstOrDefault(File.Exists);

    public int Port { get; }

    public string PasswordFile => _file;

    public static Task<RedisServer> StartAsync()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return StartAsync(((IPEndPoint)probe.LocalEndpoint).Port, probe.Stop);
    }

    public static async Task<RedisServer> StartAsync(int port, Action? free = null)
    {
        free?.Invoke();
        var server = new RedisServer(port);
        while (await server._process.StandardOutput.ReadLineAsync() is { } line && !line.Contains("Ready to accept connections", StringComparison.Ordinal))
        {
        }

        return server;
    }

    public async Task StopAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
        File.Delete(_file);
    }
}

/// <summary>A test that needs the program <c>redis-server</c>, and is skipped without it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RedisFactAttribute : FactAttribute
{
    public RedisFactAttribute() => Skip = RedisServer.Binary is null ? "There is no redis-server on the path; install it, or set MILLRACE_REDIS_SERVER." : null;
}
