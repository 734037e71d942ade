using Millrace.Kafka;
using Millrace.Local;

namespace Millrace.Resilience;

/// <summary>A scaler starts a worker for each partition while events come in, and takes them away when there are few, and all when there are none.</summary>
internal static class Scaling
{
    private const int Partitions = 8;

    // So few events to a worker that whatever is behind wants all of them. The input is not written in transactions: no lag is at rest.
    private static readonly ScaleRules Rules = new()
    {
        LagThreshold = 5,
        ActivationLagThreshold = 0,
        MaxReplicas = Partitions,
        PollingInterval = TimeSpan.FromMilliseconds(500),
        SyncPeriod = TimeSpan.FromMilliseconds(250),
        CooldownPeriod = TimeSpan.FromSeconds(4),
        ScaleUpWindow = TimeSpan.Zero,
        ScaleUpPeriod = TimeSpan.FromMilliseconds(500),
        ScaleDownWindow = TimeSpan.FromSeconds(1),
        ScaleDownPeriod = TimeSpan.FromMilliseconds(400),
    };

    public static readonly Scenario Burst = new("workers from none to eight and back, by lag", async run =>
    {
        await using var bed = await Testbed.StartAsync(run, Partitions);
        using var offsets = new GroupOffsets(new KafkaOptions { BootstrapServers = bed.Broker.BootstrapServers }, CheckpointWatch.HostGroup, [Topics.In]);
        await using var scaler = new StageScaler(Rules, offsets, _ => new WorkerReplica(bed.StartWorker()), TimeSpan.FromSeconds(30), TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var scaling = scaler.RunAsync(stop.Token);
        bed.Load(run.Random, rate: 120);
        await Until.IsTrueAsync("there is a worker for each partition", () => scaler.State.Running == Partitions);
        await bed.ProgressAsync(300 * run.Size);

        // The first workers go while events still come in.
        bed.ChangeLoad(rate: 8);
        await Until.IsTrueAsync("workers leave", () => scaler.State.Replicas < Partitions - 1);
        await bed.ProgressAsync(20);
        await bed.EndLoadAsync();
        await Until.IsTrueAsync("the last worker is gone", () => scaler.State is { Replicas: 0, Running: 0, Draining: 0 });
        await stop.CancelAsync();
        await scaling;
        run.Note(string.Join(", ", scaler.History.Select(moment => $"{moment.Seconds} s: {moment.Running} of {moment.Replicas} (lag {moment.Lag})")));
        return await run.JudgeAsync(bed);
    });
}
