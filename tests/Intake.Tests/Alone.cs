namespace Millrace.Intake.Tests;

/// <summary>Tests that look at the memory of the whole process, and so have it for themselves.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "Alone";
}
