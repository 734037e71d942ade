using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Millrace.Resilience;

/// <summary>Events that the stage cannot process, at every place of a batch.</summary>
internal static class Poison
{
    private const int BatchSize = 50;
    private static readonly (string, string) Batches = ("AzureFunctionsJobHost__extensions__kafka__maxBatchSize", "50");

    public static readonly Scenario Places = new("poison first, in the middle, last, everywhere", async run =>
    {
        await using var bed = await Testbed.StartAsync(run, partitions: 1);
        await bed.WriteAsync(run.Random, 6 * BatchSize * run.Size, n => FateOf(n, run.Random));
        bed.StartWorker(Batches);
        return await run.JudgeAsync(bed);
    });

    public static readonly Scenario NoErrorTopic = new("error topic missing", async run =>
    {
        await using var bed = await Testbed.StartAsync(run, partitions: 1, without: Topics.Errors);
        await bed.WriteAsync(run.Random, 6 * BatchSize, n => FateOf(n, run.Random));
        var worker = bed.StartWorker(Batches);
        await Until.IsTrueAsync("the stage waits for its error topic", () => worker.HasSaid("did not take the outcomes"));
        await CreateErrorTopicAsync(bed, maxBytes: 1_000_000);
        bed.LookOn();
        return await run.JudgeAsync(bed);
    });

    public static readonly Scenario StrictErrorTopic = new("error topic refuses what is larger than an error event", async run =>
    {
        await using var bed = await Testbed.StartAsync(run, partitions: 1, without: Topics.Errors);
        await CreateErrorTopicAsync(bed, maxBytes: 500);
        bed.LookOn();
        await bed.WriteAsync(run.Random, 6 * BatchSize, n => FateOf(n, run.Random));
        var worker = bed.StartWorker(Batches);
        await Until.IsTrueAsync("the stage says that its error events are refused", () => worker.HasSaid("refuses even an error event"));
        await AlterErrorTopicAsync(bed, maxBytes: 1_000_000);
        return await run.JudgeAsync(bed);
    });

    // First, middle, last of three batches; all of a fourth; then two of chance.
    private static Fate FateOf(int n, Random random)
    {
        var fate = random.Next(2) == 0 ? Fate.Poison : Fate.Malformed;
        var (batch, place) = (n / BatchSize % 6, n % BatchSize);
        return (batch, place) is (0, 0) or (1, BatchSize / 2) or (2, BatchSize - 1) or (3, _) ? fate
            : batch < 4 ? Fate.Emit
            : random.Next(4) switch { 0 => fate, 1 => Fate.Filter, _ => Fate.Emit };
    }

    private static async Task CreateErrorTopicAsync(Testbed bed, int maxBytes)
    {
        using var admin = Admin(bed);
        await admin.CreateTopicsAsync([new() { Name = Topics.Errors, NumPartitions = 1, ReplicationFactor = 1, Configs = new() { ["max.message.bytes"] = $"{maxBytes}" } }]);
    }

    private static async Task AlterErrorTopicAsync(Testbed bed, int maxBytes)
    {
        using var admin = Admin(bed);
        await admin.IncrementalAlterConfigsAsync(new()
        {
            [new() { Type = ResourceType.Topic, Name = Topics.Errors }] =
                [new() { Name = "max.message.bytes", Value = $"{maxBytes}", IncrementalOperation = AlterConfigOpType.Set }],
        });
    }

    private static IAdminClient Admin(Testbed bed) => new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bed.Broker.BootstrapServers }).Build();
}
