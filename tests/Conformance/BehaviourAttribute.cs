using Xunit.Sdk;

namespace Millrace.Conformance;

/// <summary>A promise of Kafka's that a cluster must keep.</summary>
/// <remarks>Of a class for <see cref="ConfiguredCluster"/> it yields no test where none is configured: nothing is reported as skipped.</remarks>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Millrace.Conformance.BehaviourDiscoverer", "Millrace.Conformance")]
public sealed class BehaviourAttribute : FactAttribute;

/// <summary>A promise of Kafka's that a cluster must keep in each of several cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Millrace.Conformance.BehavioursDiscoverer", "Millrace.Conformance")]
public sealed class BehavioursAttribute : TheoryAttribute;
