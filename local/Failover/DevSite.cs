using Millrace.Broker;
using Millrace.Core;
using Millrace.Kafka;

namespace Millrace.Local;

/// <summary>One datacenter of <c>millrace dev --datacenters</c>: its broker, which may be another's too, and its stages.</summary>
internal sealed class DevSite(DatacenterDefinition definition, EmbeddedBroker broker, IReadOnlyList<DevStage> stages) : IAsyncDisposable
{
    /// <summary>The datacenter.</summary>
    public DatacenterDefinition Definition => definition;

    /// <summary>Its stages, running or paused.</summary>
    public IReadOnlyList<DevStage> Stages => stages;

    /// <summary>How its cluster is reached.</summary>
    public KafkaOptions Kafka => new() { BootstrapServers = definition.BootstrapServers };

    /// <summary>Whether nobody reaches it.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Cuts it off: no orders, and, where the broker is its own, no records. Its stages are not told.</summary>
    public async Task CutAsync()
    {
        IsCut = true;
        if (definition.KafkaCluster == definition.Name)
        {
            await broker.DownAsync();
        }
    }

    /// <summary>Ends that.</summary>
    public void Heal()
    {
        IsCut = false;
        if (!broker.IsUp)
        {
            broker.Up();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var stage in stages)
        {
            await stage.DisposeAsync();
        }
    }
}
