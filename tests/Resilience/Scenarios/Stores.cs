namespace Millrace.Resilience;

/// <summary>Workers that bring events into stores, disturbed as those are that write to Kafka, and stores that are disturbed themselves.</summary>
internal static class Stores
{
    private const int Kills = 4;
    private static readonly (string Name, int MaxPassage)[] Points = [("Settling", 6), ("Settled", 6), ("Produced", 100), ("Read", 4), ("Returning", 4)];

    public static readonly Scenario PostgresWorkers = Workers("PostgreSQL", async () => await PostgresUnderTest.StartAsync());

    public static readonly Scenario LakeWorkers = Workers("the lake", () => Task.FromResult<IStoreUnderTest>(new LakeUnderTest()));

    public static readonly Scenario HttpWorkers = Workers("an HTTP address", async () => await HttpUnderTest.StartAsync(countsEventsOnce: true));

    public static readonly Scenario PostgresPoison = Poisoned("PostgreSQL", async () => await PostgresUnderTest.StartAsync());

    public static readonly Scenario LakePoison = Poisoned("the lake", () => Task.FromResult<IStoreUnderTest>(new LakeUnderTest()));

    public static readonly Scenario HttpPoison = Poisoned("an HTTP address", async () => await HttpUnderTest.StartAsync());

    public static readonly Scenario PostgresCrashes = new("PostgreSQL crashes and recovers", async run =>
    {
        await using var store = await PostgresUnderTest.StartAsync();
        await using var bed = await StoreBed.StartAsync(run, store);
        bed.Load(run.Random, rate: 150);
        bed.StartWorker();
        for (var crash = 0; crash < 2 * run.Size; crash++)
        {
            await bed.ProgressAsync(run.Random.Next(50, 200));
            await run.PauseAsync(0, 60);
            await store.CrashAsync();
            run.Killed("PostgreSQL crashes");
            await run.PauseAsync(0, 1000);
            await store.RecoverAsync();
        }

        await bed.ProgressAsync(100);
        return await run.JudgeAsync(bed);
    });

    public static readonly Scenario HttpAway = new("an HTTP address goes away and returns", async run =>
    {
        await using var store = await HttpUnderTest.StartAsync();
        await using var bed = await StoreBed.StartAsync(run, store);
        bed.Load(run.Random, rate: 150, _ => Fate.Emit);
        bed.StartWorker();
        for (var time = 0; time < 2 * run.Size; time++)
        {
            await bed.ProgressAsync(run.Random.Next(50, 200));
            await run.PauseAsync(0, 60);
            await store.LeaveAsync();
            await run.PauseAsync(0, 1000);
            await store.ReturnAsync();
        }

        await bed.ProgressAsync(100);
        return await run.JudgeAsync(bed);
    });

    public static readonly Scenario PostgresFull = new("PostgreSQL's disk full", async run =>
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 64, ofServer: true);
        await using var store = await PostgresUnderTest.StartAsync(disk);
        return await FillAsync(run, store, disk);
    });

    public static readonly Scenario LakeFull = new("the lake's disk full", async run =>
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 64, ofServer: false);
        await using var store = new LakeUnderTest(disk);
        return await FillAsync(run, store, disk);
    });

    private static Scenario Workers(string name, Func<Task<IStoreUnderTest>> start) => new($"workers of {name} killed, stopped, replaced", async run =>
    {
        await using var store = await start();
        await using var bed = await StoreBed.StartAsync(run, store);
        bed.Load(run.Random, rate: 150);
        for (var kill = 0; kill < Kills * run.Size; kill++)
        {
            await (kill % 2 == 0 ? AtAnyMomentAsync(run, bed) : AtPointAsync(run, bed, run.Random.Next(Points.Length)));
        }

        for (var zombie = 0; zombie < run.Size; zombie++)
        {
            await ResumeAsync(run, bed);
        }

        bed.StartWorker();
        if (store is not HttpUnderTest)
        {
            // An address fences nobody; Kafka does, which owners of Kafka's own scenarios show.
            bed.StartSecondOwner();
        }

        await bed.ProgressAsync(100 * run.Size);
        return await run.JudgeAsync(bed);
    });

    private static async Task AtAnyMomentAsync(Run run, StoreBed bed)
    {
        var worker = bed.StartWorker();
        await bed.ProgressAsync(run.Random.Next(1, 100));
        await run.PauseAsync(0, 60);
        await worker.KillAsync();
        run.Killed("killed at any moment");
    }

    // With a delay the kill falls into what follows the point: into the store's transaction, where it is that of settling.
    private static async Task AtPointAsync(Run run, StoreBed bed, int point)
    {
        var (passage, delay) = (run.Random.Next(1, Points[point].MaxPassage), run.Random.Next(4) == 0 ? 0 : run.Random.Next(25));
        var worker = bed.StartWorker(("Interruption__Point", Points[point].Name), ("Interruption__Passage", $"{passage}"), ("Interruption__Delay", $"{delay}"));
        await Until.IsTrueAsync($"the worker reaches {Points[point].Name} for the {passage}. time", () => worker.HasExited);
        run.Killed($"killed {delay} ms after {Points[point].Name}, passage {passage}");
    }

    private static async Task ResumeAsync(Run run, StoreBed bed)
    {
        // In the middle of a transaction it holds the partition's row for a minute, which is for the long form.
        var (point, passage, delay) = (Points[run.Random.Next(3)], run.Random.Next(1, 4), run.Size == 1 ? 0 : run.Random.Next(2) * run.Random.Next(20));
        var zombie = bed.StartWorker(
            ("Interruption__Stop", "true"), ("Interruption__Point", point.Name), ("Interruption__Passage", $"{passage}"), ("Interruption__Delay", $"{delay}"));
        await Until.IsTrueAsync($"the worker reaches {point.Name} for the {passage}. time", zombie.IsPaused);
        run.Killed($"stopped {delay} ms after {point.Name}, passage {passage}");

        var successor = bed.StartWorker();
        await bed.ProgressAsync(run.Random.Next(200, 400));
        await zombie.ContinueAsync();
        run.Note("continued");
        await Until.IsTrueAsync("the zombie has noticed that it lost its partitions", () => zombie.HasSaid("evoked") || zombie.HasExited);
        await bed.ProgressAsync(run.Random.Next(50, 150));
        await zombie.KillAsync();
        await successor.KillAsync();
    }

    private static Scenario Poisoned(string name, Func<Task<IStoreUnderTest>> start) => new($"one event in 10,000 is poison to {name}", async run =>
    {
        await using var store = await start();
        await using var bed = await StoreBed.StartAsync(run, store, partitions: 1);
        var poison = run.Random.Next(10_000);
        run.Note($"event {poison}");
        await bed.WriteAsync(run.Random, 10_000 * run.Size, n => n % 10_000 == poison ? Fate.Poison : Fate.Emit);
        bed.StartWorker(("AzureFunctionsJobHost__extensions__kafka__maxBatchSize", "10000"));
        return await run.JudgeAsync(bed);
    });

    private static async Task<Verdict> FillAsync(Run run, IStoreUnderTest store, SmallDisk disk)
    {
        await using var bed = await StoreBed.StartAsync(run, store);
        bed.Load(run.Random, rate: 150);
        bed.StartWorker();
        for (var time = 0; time < run.Size; time++)
        {
            await bed.ProgressAsync(run.Random.Next(50, 150));
            var said = Waits();
            await disk.FillAsync();
            run.Note("full");
            await Until.IsTrueAsync("a partition waits for its store", () => Waits() > said);
            await run.PauseAsync(0, 1000);
            await disk.EmptyAsync();
        }

        await bed.ProgressAsync(200);
        return await run.JudgeAsync(bed);

        int Waits() => bed.Said("waits for its sink").Count();
    }
}
