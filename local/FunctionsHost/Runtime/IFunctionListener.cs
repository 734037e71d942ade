namespace Millrace.FunctionsHost;

/// <summary>What calls functions from the host's start to its stop.</summary>
internal interface IFunctionListener : IDisposable
{
    /// <summary>Begins to listen; what makes that impossible is thrown as a <see cref="FunctionsHostException"/>.</summary>
    Task StartAsync(CancellationToken cancellation);

    /// <summary>Ends listening. What still runs when patience ends is abandoned.</summary>
    Task StopAsync(CancellationToken patience);
}
