using Millrace.Tests;
using Xunit.Sdk;

namespace Millrace.Conformance;

/// <summary>A promise of Kafka's that a cluster must keep towards kcat; skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Millrace.Conformance.BehaviourDiscoverer", "Millrace.Conformance")]
public sealed class KcatBehaviourAttribute : FactAttribute
{
    public KcatBehaviourAttribute() => Skip = Kcat.Missing;

    /// <summary>kcat with librdkafka 2.0, a client of another generation.</summary>
    internal static DebianProgram Kcat { get; } = new("kcat", "-V");
}
