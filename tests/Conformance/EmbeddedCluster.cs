using Millrace.Broker;

namespace Millrace.Conformance;

/// <summary>The embedded broker in this process, one for each class of tests.</summary>
public sealed class EmbeddedCluster : IConformanceCluster, IDisposable
{
    private readonly EmbeddedBroker _broker = EmbeddedBroker.Start();

    public string BootstrapServers => _broker.BootstrapServers;

    public void Dispose() => _broker.Dispose();
}
