namespace Millrace.FunctionsHost.Tests;

/// <summary>A host that runs a function; disposing stops it.</summary>
public interface IRunningHost : IAsyncDisposable
{
    /// <summary>Stops the host as its platform does: the call that runs is cancelled.</summary>
    Task StopAsync();
}
