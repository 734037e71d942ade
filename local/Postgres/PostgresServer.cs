using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Millrace.Local;

/// <summary>A PostgreSQL server on loopback, of this test run's own; gone with everything in it when it is disposed.</summary>
/// <remarks>
/// It stops with the run too when that is killed, and then leaves only its temporary directory. Its programs refuse to run as
/// root, so that there they run as nobody.
/// </remarks>
internal sealed class PostgresServer : IAsyncDisposable
{
    private const string User = "millrace";
    private const string Ready = "database system is ready to accept connections";

    // What a client hears that comes too early is said to the log as well, and is no failure.
    private const string TooEarly = "FATAL:  the database system is ";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string[] AsNobody = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"];

    // Nothing has to outlive the server.
    private static readonly string[] Settings = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "unix_socket_directories=", "listen_addresses=127.0.0.1"];

    private readonly string _directory;
    private readonly bool _isKept;
    private Process? _server;
    private string _program = "";
    private string _data = "";
    private int _port;

    private PostgresServer(string directory, bool isKept) => (_directory, _isKept) = (directory, isKept);

    /// <summary>How to connect, as a superuser without a password.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>Starts a server; only where <see cref="PostgresPackage.Missing"/> is null.</summary>
    /// <param name="keptIn">The directory where everything is kept, to be there again the next time; null is one that goes with the server.</param>
    public static async Task<PostgresServer> StartAsync(string? keptIn = null)
    {
        var server = new PostgresServer(keptIn is null ? Directory.CreateTempSubdirectory("millrace-postgres-").FullName : Directory.CreateDirectory(Place(keptIn)).FullName, keptIn is not null);
        try
        {
            await server.StartHereAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the server; its data stays.</summary>
    public async Task StopAsync()
    {
        if (_server is not null)
        {
            _server.StandardInput.Close();
            await _server.WaitForExitAsync();
            _server.Dispose();
            _server = null;
        }
    }

    /// <summary>Stops the server as <c>pg_ctl stop --mode immediate</c> does: as in a crash, so that it has to recover when it starts again.</summary>
    public async Task CrashAsync()
    {
        var process = (await File.ReadAllLinesAsync(Path.Combine(_data, "postmaster.pid")))[0];
        await RunAsync("kill", "-QUIT", process);
        await StopAsync();
    }

    /// <summary>Starts a stopped server where it was.</summary>
    public async Task ResumeAsync()
    {
        var log = new List<string>();
        if (!await TryServeAsync(_program, _data, _port, log))
        {
            throw new InvalidOperationException($"PostgreSQL does not start again:\n{string.Join('\n', log)}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (!_isKept)
        {
            Directory.Delete(_directory, recursive: true);
        }
    }

    /// <summary>Deletes what a server kept there. None runs.</summary>
    public static void DeleteKept(string keptIn)
    {
        if (Place(keptIn) is var place && Directory.Exists(place))
        {
            Directory.Delete(place, recursive: true);
        }
    }

    // Nobody, whom root's server runs as, may not be let into the directories of root's choice.
    private static string Place(string keptIn) => Environment.IsPrivilegedProcess
        ? Path.Combine("/var/tmp", $"millrace-postgres-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(keptIn))))[..12]}")
        : Path.GetFullPath(keptIn);

    private async Task StartHereAsync()
    {
        var programs = Path.Combine(await PostgresPackage.UnpackAsync(_directory), "bin");
        var data = Path.Combine(_directory, "data");
        if (!File.Exists(Path.Combine(data, "PG_VERSION")))
        {
            if (Environment.IsPrivilegedProcess)
            {
                await RunAsync("chown", "nobody:nogroup", _directory);
            }

            await RunAsync([.. Unprivileged(Path.Combine(programs, "initdb")), "--no-sync", "--auth=trust", $"--username={User}", "--encoding=UTF8", "--locale=C", "--pgdata", data]);
        }

        var log = new List<string>();
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var port = FreePort();
            if (await TryServeAsync(Path.Combine(programs, "postgres"), data, port, log))
            {
                (_program, _data, _port) = (Path.Combine(programs, "postgres"), data, port);
                ConnectionString = $"Host=127.0.0.1;Port={port};Username={User};Database=postgres";
                return;
            }
        }

        throw new InvalidOperationException($"PostgreSQL does not start:\n{string.Join('\n', log)}");
    }

    // The shell waits for its input to end, by Dispose or by the end of this process whatever its manner, and stops the server.
    private async Task<bool> TryServeAsync(string program, string data, int port, List<string> log)
    {
        string[] command = [.. Unprivileged("sh"), "-c", "\"$@\" & cat; kill -INT $! 2>/dev/null; wait", "sh", program, "-D", data, "-p", $"{port}", .. Settings.SelectMany(setting => (string[])["-c", setting])];
        var server = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _directory })!;
        var started = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        server.ErrorDataReceived += (_, line) =>
        {
            lock (log)
            {
                log.Add(line.Data ?? "");
            }

            if (line.Data is null || (line.Data.Contains("FATAL:", StringComparison.Ordinal) && !line.Data.Contains(TooEarly, StringComparison.Ordinal)))
            {
                started.TrySetResult(false);
            }
            else if (line.Data.Contains(Ready, StringComparison.Ordinal))
            {
                started.TrySetResult(true);
            }
        };
        server.BeginErrorReadLine();
        server.BeginOutputReadLine();
        if (await started.Task.WaitAsync(Patience))
        {
            _server = server;
            return true;
        }

        server.StandardInput.Close();
        await server.WaitForExitAsync();
        server.Dispose();
        return false;
    }

    private static string[] Unprivileged(string program) => Environment.IsPrivilegedProcess ? [.. AsNobody, program] : [program];

    private static async Task RunAsync(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{command[0]} ended with {process.ExitCode}: {await output}{await errors}");
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
