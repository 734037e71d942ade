namespace Millrace.Conformance;

/// <summary>A Kafka cluster whose behaviour is put to the test.</summary>
public interface IConformanceCluster
{
    /// <summary>Where clients connect, as <c>host:port</c>, several separated by commas.</summary>
    string BootstrapServers { get; }
}
