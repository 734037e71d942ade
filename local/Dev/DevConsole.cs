using System.Net;
using Microsoft.Extensions.Logging;

namespace Millrace.Local;

/// <summary>The console of a session whose stages have no web server of their own: one for each cluster.</summary>
internal static class DevConsole
{
    /// <summary>Starts it, and says where it is; null where the session serves nothing.</summary>
    /// <param name="options">The session's options.</param>
    /// <param name="platform">What it shows.</param>
    /// <param name="number">Which of the session's consoles it is, counted from 0: each has the port behind the one before.</param>
    /// <param name="loggers">Where to log.</param>
    /// <param name="cancellation">Gives up the start.</param>
    /// <exception cref="UsageException">The port that was asked for cannot be listened at.</exception>
    public static async Task<ConsoleServer?> StartAsync(DevOptions options, Platform platform, int number, ILoggerFactory loggers, CancellationToken cancellation)
    {
        if (!DevHttp.IsServed(options))
        {
            return null;
        }

        var wanted = options.Port is { } given ? given == 0 ? 0 : given + number : DevHttp.UsualPort + number;
        if (wanted > ushort.MaxValue)
        {
            throw new UsageException($"--port is {options.Port}, and there are {number + 1} consoles, each at the port behind the one before; allowed is up to {ushort.MaxValue - number}.");
        }

        var server = await StartAsync(wanted);
        (options.Json ? Console.Error : Console.Out).WriteLine($"The console{(platform.Datacenter is { } datacenter ? $" of {datacenter}" : "")} is at {server.Address}.");
        return server;

        async Task<ConsoleServer> StartAsync(int port)
        {
            try
            {
                return await ConsoleServer.StartAsync(platform, new ConsoleOptions { AllowChanges = options.AllowChanges }, new IPEndPoint(IPAddress.Loopback, port), loggers, cancellation);
            }
            catch (UsageException) when (options.Port is null && port != 0)
            {
                // Nobody has asked for this port.
                return await StartAsync(0);
            }
        }
    }
}
