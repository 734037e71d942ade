namespace Millrace.Conformance;

/// <summary>The cluster that <c>KAFKA_BOOTSTRAP_SERVERS</c> names; without the variable its tests do not exist.</summary>
/// <remarks>
/// The suite waits for what a broker does in the background, 30 s for each thing. So the brokers want
/// <c>group.initial.rebalance.delay.ms=0</c>, <c>log.retention.check.interval.ms=1000</c>,
/// <c>log.cleaner.backoff.ms=1000</c> and <c>transaction.abort.timed.out.transaction.cleanup.interval.ms=1000</c>.
/// </remarks>
public sealed class ConfiguredCluster : IConformanceCluster
{
    private const string Variable = "KAFKA_BOOTSTRAP_SERVERS";

    /// <summary>Whether there is one.</summary>
    public static bool Exists => !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(Variable));

    public string BootstrapServers => Environment.GetEnvironmentVariable(Variable)!;
}
