namespace Millrace.Telemetry.Tests;

/// <summary>One app for all tests: what lookups and sessions measure is the process's, and two apps would see each other's.</summary>
[CollectionDefinition(Name)]
public sealed class OneApp : ICollectionFixture<TelemetryApp>
{
    public const string Name = "one app";
}
