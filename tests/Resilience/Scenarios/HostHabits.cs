using Confluent.Kafka;

namespace Millrace.Resilience;

/// <summary>A host that commits too late, or calls for a batch more than once.</summary>
internal static class HostHabits
{
    public static readonly Scenario Twice = Calling("Twice", "a batch twice, one after the other");

    public static readonly Scenario TwiceAtOnce = Calling("TwiceAtOnce", "a batch twice at once");

    public static readonly Scenario TwiceInOne = Calling("TwiceInOne", "a batch that has every record twice");

    public static readonly Scenario HalvesAtOnce = Calling("HalvesAtOnce", "two batches of a partition at once");

    /// <summary>What the others would be without transactions: not one of those that have to pass.</summary>
    public static readonly Scenario AtLeastOnce = Calling("Twice", "a batch twice, at least once", ("Stages__Probe__Options__Delivery", "at-least-once"));

    public static readonly Scenario Rewound = new("host's group rewound", async run =>
    {
        await using var bed = await Testbed.StartAsync(run);
        bed.Load(run.Random, rate: 200);
        for (var time = 0; time < 2 * run.Size; time++)
        {
            var worker = bed.StartWorker();
            await bed.ProgressAsync(run.Random.Next(100, 200), worker);
            await worker.TerminateAsync();
            await RewindAsync(run, bed);
        }

        bed.StartWorker();
        return await run.JudgeAsync(bed);
    });

    private static Scenario Calling(string habit, string name, params (string, string)[] settings) => new($"host calls for {name}", async run =>
    {
        await using var bed = await Testbed.StartAsync(run, partitions: 2);
        bed.Load(run.Random, rate: 200);
        bed.StartWorker([("HostHabits__Batch", habit), .. settings]);
        await bed.ProgressAsync(400 * run.Size);
        return await run.JudgeAsync(bed);
    });

    // As a commit that was on its way when the partition had moved on already.
    private static async Task RewindAsync(Run run, Testbed bed)
    {
        using var consumer = Clients.Consumer(bed.Broker.BootstrapServers, CheckpointWatch.HostGroup);
        await Until.IsTrueAsync("the host's group takes an older offset", () =>
        {
            try
            {
                var rewound = bed.Committed(CheckpointWatch.HostGroup)
                    .Select(committed => new TopicPartitionOffset(Topics.In, committed.Key, run.Random.NextInt64(committed.Value + 1))).ToList();
                consumer.Commit(rewound);
                run.Note($"rewound to {string.Join(", ", rewound.Select(offset => $"{offset.Partition.Value}: {offset.Offset.Value}"))}");
                return true;
            }
            catch (KafkaException)
            {
                // While a member is left, nobody else commits.
                return false;
            }
        });
    }
}
