using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Millrace.Tests;

namespace Millrace.Lookups.Tests;

/// <summary>A Redis on a port of its own and with a password.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    public const string Password = "kept-in-a-file";
    private readonly Process _process;
    private readonly string _file = Path.GetTempFileName();

    private RedisServer(int port)
    {
        Port = port;
        _process = Process.Start(Program.Start("--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--requirepass", Password))!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        File.WriteAllText(_file, Password + "\n");
    }

    /// <summary>The server, and what its Debian packages need of others.</summary>
    public static DebianProgram Program { get; } = new("redis-server", "--version");

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

/// <summary>A test that needs the program <c>redis-server</c>, and is skipped where it cannot be had.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RedisFactAttribute : FactAttribute
{
    public RedisFactAttribute() => Skip = RedisServer.Program.Missing;
}
