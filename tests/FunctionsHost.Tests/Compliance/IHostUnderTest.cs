namespace Millrace.FunctionsHost.Tests;

/// <summary>What starts the watched app (<c>tests/FunctionsHost.App</c>) in some host.</summary>
/// <remarks>
/// The suite sees a host only from outside: settings go in, functions report over HTTP to <c>Compliance:Address</c>, and groups'
/// offsets are asked of the broker. So a host may be a process of its own. For the real one, an implementation builds the app
/// with <c>FunctionsHost=azure</c>, starts <c>func start --no-build --port N</c> in its output directory with the settings as
/// environment variables (<c>A__B</c> for <c>A:B</c>) and <c>AzureWebJobsStorage</c> naming Azurite, waits until
/// <c>/admin/host/status</c> says Running, and stops it with SIGINT; the suites' classes are then derived a second time, with it.
/// </remarks>
public interface IHostUnderTest
{
    /// <summary>Starts the app with these settings; returns when it runs, whether its functions have partitions or not.</summary>
    Task<IRunningHost> StartAsync(IReadOnlyDictionary<string, string> settings);
}
