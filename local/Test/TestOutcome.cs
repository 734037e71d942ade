using Millrace.Core;
using Millrace.Testing;

namespace Millrace.Local;

/// <summary>What came of one fixture.</summary>
/// <param name="Fixture">The fixture.</param>
/// <param name="Result">What its events became; null where it cannot be used.</param>
/// <param name="Problem">Why it cannot be used; null where it can.</param>
/// <param name="IsUpdated">Whether what it got is now what is expected.</param>
internal sealed record TestOutcome(StageFixture Fixture, FixtureResult? Result, string? Problem, bool IsUpdated)
{
    /// <summary>Whether it holds now.</summary>
    public bool IsGood => Result is { } result && (result.Holds || (IsUpdated && result.Missed.Count == 0));

    /// <summary>Runs a fixture; one that asked for what it has no answer to is never updated.</summary>
    public static async Task<TestOutcome> RunAsync(StageFixture fixture, bool record, bool update, CancellationToken cancellation)
    {
        try
        {
            var result = await fixture.RunAsync(Functions.Program.Build, record, cancellation);
            var accepts = update && !result.Holds && result.Missed.Count == 0;
            if (accepts)
            {
                fixture.Accept(result);
            }

            return new TestOutcome(fixture, result, null, accepts);
        }
        catch (Exception wrong) when (wrong is FixtureException or CatalogException)
        {
            return new TestOutcome(fixture, null, wrong.Message, false);
        }
    }
}
