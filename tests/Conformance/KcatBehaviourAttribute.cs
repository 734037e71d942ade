using Xunit.Sdk;

namespace Millrace.Conformance;

/// <summary>A promise of Kafka's that a cluster must keep towards kcat; skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Millrace.Conformance.BehaviourDiscoverer", "Millrace.Conformance")]
public sealed class KcatBehaviourAttribute : FactAttribute
{
    public KcatBehaviourAttribute() => Skip = KcatPackage.Missing;
}
