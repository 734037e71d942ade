using Xunit.Sdk;

namespace Millrace.Conformance;

/// <summary>Finds the tests of <see cref="BehaviourAttribute"/>.</summary>
public sealed class BehaviourDiscoverer(IMessageSink diagnostics) : IXunitTestCaseDiscoverer
{
    public IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        HasCluster(testMethod) ? new FactDiscoverer(diagnostics).Discover(discoveryOptions, testMethod, factAttribute) : [];

    internal static bool HasCluster(ITestMethod method) => ConfiguredCluster.Exists || !method.TestClass.Class.Interfaces.Any(IsConfigured);

    private static bool IsConfigured(ITypeInfo type) =>
        type.IsGenericType && type.GetGenericArguments().Any(argument => argument.Name == typeof(ConfiguredCluster).FullName);
}

/// <summary>Finds the tests of <see cref="BehavioursAttribute"/>.</summary>
public sealed class BehavioursDiscoverer(IMessageSink diagnostics) : IXunitTestCaseDiscoverer
{
    public IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        BehaviourDiscoverer.HasCluster(testMethod) ? new TheoryDiscoverer(diagnostics).Discover(discoveryOptions, testMethod, factAttribute) : [];
}
