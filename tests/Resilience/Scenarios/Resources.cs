namespace Millrace.Resilience;

/// <summary>Too little disk for the broker, too little memory for the worker.</summary>
internal static class Resources
{
    public static readonly Scenario FullDisk = new("broker's disk full", async run =>
    {
        await using var bed = await Testbed.StartAsync(run, diskMegabytes: 100);
        bed.Load(run.Random, rate: 150);
        bed.StartWorker();
        for (var time = 0; time < 2 * run.Size; time++)
        {
            await bed.ProgressAsync(run.Random.Next(100, 200));
            bed.Broker.FillDisk();
            run.Note("full");
            await Until.IsTrueAsync("nothing more comes in", () => bed.Unacknowledged > 100);
            await run.PauseAsync(0, 2_000);
            bed.Broker.EmptyDisk();
        }

        await bed.ProgressAsync(100);
        return await run.JudgeAsync(bed);
    });

    public static readonly Scenario LittleMemory = new("worker's memory low", async run =>
    {
        await using var bed = await Testbed.StartAsync(run);
        await bed.WriteAsync(run.Random, 1_500 * run.Size, padding: 20_000);

        // 40 MiB, for batches of up to 10 MB of events that come out again.
        (string, string)[] limits =
        [
            ("DOTNET_GCHeapHardLimit", "0x2800000"),
            ("AzureFunctionsJobHost__extensions__kafka__maxBatchSize", "500"),
            ("Stages__Probe__Options__MaxBytesInFlight", "2000000"),
        ];
        var worker = bed.StartWorker(limits);
        await Until.IsTrueAsync("all is done", () =>
        {
            if (worker.HasExited)
            {
                run.Killed("out of memory");
                worker = bed.StartWorker(limits);
            }

            return bed.IsDone();
        });
        return await run.JudgeAsync(bed);
    });
}
