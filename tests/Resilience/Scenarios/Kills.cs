namespace Millrace.Resilience;

/// <summary>The worker is killed, at any moment and at every step of a batch.</summary>
internal static class Kills
{
    private const int KillsPerSize = 20;
    private static readonly (string Point, int MaxPassage)[] Points =
    [
        ("Read", 4), ("Lookup", 150), ("Produced", 150), ("Settling", 8), ("Settled", 8), ("Returning", 4),
    ];

    public static readonly Scenario Worker = new("worker killed", async run =>
    {
        await using var bed = await Testbed.StartAsync(run);
        bed.Load(run.Random, rate: 150);
        for (var kill = 0; kill < KillsPerSize * run.Size; kill++)
        {
            await (kill % 2 == 0 ? AtAnyMomentAsync(run, bed) : AtPointAsync(run, bed, Points[kill / 2 % Points.Length]));
        }

        bed.StartWorker();
        return await run.JudgeAsync(bed);
    });

    private static async Task AtAnyMomentAsync(Run run, Testbed bed)
    {
        var worker = bed.StartWorker();
        await bed.ProgressAsync(run.Random.Next(1, 100));
        await run.PauseAsync(0, 60);
        await worker.KillAsync();
        run.Killed("killed at any moment");
    }

    // With a delay the kill falls into what follows the point: into a transaction, where it is that of settling.
    private static async Task AtPointAsync(Run run, Testbed bed, (string Name, int MaxPassage) point)
    {
        var (passage, delay) = (run.Random.Next(1, point.MaxPassage), run.Random.Next(4) == 0 ? 0 : run.Random.Next(25));
        var worker = bed.StartWorker(("Interruption__Point", point.Name), ("Interruption__Passage", $"{passage}"), ("Interruption__Delay", $"{delay}"));
        await Until.IsTrueAsync($"the worker reaches {point.Name} for the {passage}. time", () => worker.HasExited);
        run.Killed($"killed {delay} ms after {point.Name}, passage {passage}");
    }
}
