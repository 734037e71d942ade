namespace Millrace.Resilience;

/// <summary>Whoever answers the lookups is slow, wrong or away.</summary>
internal static class LookupFaults
{
    private static readonly LookupFault[] Faults = [LookupFault.Slow, LookupFault.Hang, LookupFault.Throttled, LookupFault.Error, LookupFault.Reset, LookupFault.Truncated];

    public static readonly Scenario Wrong = new("lookups slow, hanging, refused, broken", async run =>
    {
        await using var bed = await Testbed.StartAsync(run);
        bed.Load(run.Random, rate: 150);
        bed.StartWorker();
        await bed.ProgressAsync(50);
        for (var n = 0; n < Faults.Length * run.Size; n++)
        {
            var fault = Faults[n % Faults.Length];
            (bed.Lookups.OneIn, bed.Lookups.Fault) = (run.Random.Next(3, 30), fault);
            var faulty = bed.Lookups.Faulty;
            await Until.IsTrueAsync($"lookups are {fault}", () => bed.Lookups.Faulty > faulty + 2);
            await bed.ProgressAsync(run.Random.Next(20, 80));
            run.Note($"{fault} one in {bed.Lookups.OneIn}: {bed.Lookups.Faulty - faulty}");
        }

        bed.Lookups.Fault = LookupFault.None;
        return await run.JudgeAsync(bed);
    });

    public static readonly Scenario Away = new("lookups away, circuit opens and closes", async run =>
    {
        await using var bed = await Testbed.StartAsync(run);
        bed.Load(run.Random, rate: 100);
        bed.StartWorker(("Stages__Probe__Settings__Lookup__CircuitBreakDuration", "00:00:01"));
        await bed.ProgressAsync(100);
        await bed.Lookups.StopAsync();
        await Until.IsTrueAsync("the circuit opens", () => bed.Said("Too many lookups fail").Any());

        // The brief run is content with the circuit; the long one stays away for a minute.
        await run.PauseAsync(1_000, run.Size == 1 ? 3_000 : 60_000);
        await bed.Lookups.StartAsync();
        await Until.IsTrueAsync("the circuit closes", () => bed.Said("Lookups succeed again").Any());
        await bed.ProgressAsync(100);
        return await run.JudgeAsync(bed);
    });
}
