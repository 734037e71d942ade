namespace Millrace.Resilience;

/// <summary>Lookups that fail.</summary>
public sealed class LookupTests(ITestOutputHelper output)
{
    [Fact]
    public Task Lookups_that_are_slow_hanging_refused_or_broken_are_repeated_until_they_succeed() => Brief.RunAsync(output, LookupFaults.Wrong);

    [Fact]
    public Task Lookups_that_are_away_open_the_circuit_and_close_it_again() => Brief.RunAsync(output, LookupFaults.Away);
}
