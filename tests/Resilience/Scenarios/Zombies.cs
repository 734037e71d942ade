namespace Millrace.Resilience;

/// <summary>A worker is stopped for longer than its session lasts, and goes on when another has its partitions.</summary>
internal static class Zombies
{
    private const int ZombiesPerSize = 2;
    private static readonly (string Point, int MaxPassage)[] Points = [("Settling", 4), ("Produced", 120), ("Settled", 4), ("Lookup", 120)];

    public static readonly Scenario Resume = new("worker stopped, replaced, continued", async run =>
    {
        await using var bed = await Testbed.StartAsync(run);
        bed.Load(run.Random, rate: 150);
        ChildProcess? survivor = null;
        for (var zombie = 0; zombie < ZombiesPerSize * run.Size; zombie++)
        {
            survivor = await ResumeAsync(run, bed, Points[run.Random.Next(Points.Length)], survivor);
        }

        return await run.JudgeAsync(bed);
    });

    /// <returns>The worker that is left over, a member beside the next ones.</returns>
    private static async Task<ChildProcess> ResumeAsync(Run run, Testbed bed, (string Name, int MaxPassage) point, ChildProcess? before)
    {
        var (passage, delay) = (run.Random.Next(1, point.MaxPassage), run.Random.Next(2) * run.Random.Next(20));
        var zombie = bed.StartWorker(
            ("Interruption__Stop", "true"), ("Interruption__Point", point.Name), ("Interruption__Passage", $"{passage}"), ("Interruption__Delay", $"{delay}"));
        await Until.IsTrueAsync($"the worker reaches {point.Name} for the {passage}. time", zombie.IsPaused);
        run.Killed($"stopped {delay} ms after {point.Name}, passage {passage}");

        var successor = bed.StartWorker();
        await bed.ProgressAsync(run.Random.Next(200, 500));
        await zombie.ContinueAsync();
        run.Note("continued");

        // It finishes the batch that it had, and is a member again.
        await Until.IsTrueAsync("the zombie has noticed that it lost its partitions", () => zombie.HasSaid("evoked") || zombie.HasExited);
        await bed.ProgressAsync(run.Random.Next(100, 300));
        var (victim, survivor) = run.Random.Next(2) == 0 ? (zombie, successor) : (successor, zombie);
        await victim.KillAsync();

        // With as many members as partitions, the next to come would be given none, and reach nothing.
        await (before?.KillAsync() ?? Task.CompletedTask);
        return survivor;
    }
}
