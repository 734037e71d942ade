namespace Millrace.Broker.Faults;

/// <summary>Stub.</summary>
public sealed class BrokerFaults
{
    internal object? Plan { get; }
}

/// <summary>Stub.</summary>
public sealed class ControlEndpoint : IDisposable
{
    /// <summary>Stub.</summary>
    public string Address { get; } = "";
    /// <summary>Stub.</summary>
    public static ControlEndpoint Start(EmbeddedBroker broker, int port) => new();
    /// <summary>Stub.</summary>
    public void Dispose() { }
}
