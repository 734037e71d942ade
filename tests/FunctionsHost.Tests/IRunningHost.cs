namespace Millrace.FunctionsHost.Tests;

/// <summary>A host that runs functions; disposing stops it.</summary>
public interface IRunningHost : IAsyncDisposable
{
    /// <summary>Where functions with an HTTP trigger are called.</summary>
    Uri HttpAddress { get; }

    /// <summary>Stops the host as its platform does: the calls that run are cancelled.</summary>
    Task StopAsync();
}
