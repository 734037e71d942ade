using Millrace.Broker;

namespace Millrace.Conformance;

/// <summary>The embedded broker in this process, one for each class of tests.</summary>
public sealed class EmbeddedCluster : IConformanceCluster, IDisposable
{
    private readonly EmbeddedBroker _broker = EmbeddedBroker.Start();

    public string BootstrapServers => _broker.BootstrapServers;

    /// <summary>What goes wrong on demand, which no other cluster can do.</summary>
    public BrokerFaults Faults => _broker.Faults;

    public void Dispose() => _broker.Dispose();
}
