namespace Millrace.Telemetry.Tests;

/// <summary>Tests that make and dispose of a meter of the app's name: what the app exports by that name would be gone with it, so they wait until it has ended.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AfterTheApp
{
    public const string Name = "after the app";
}
