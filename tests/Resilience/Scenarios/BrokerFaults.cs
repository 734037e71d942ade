using Millrace.Broker;

namespace Millrace.Resilience;

/// <summary>The broker dies, goes away, breaks off, refuses or is slow.</summary>
internal static class BrokerFaults
{
    // What the client begins the name of a partition's producer with, so that the load is spared.
    private const string WorkersProducers = "Probe";

    private static readonly ApiKey[] Transactional = [ApiKey.InitProducerId, ApiKey.AddPartitionsToTxn, ApiKey.AddOffsetsToTxn, ApiKey.TxnOffsetCommit, ApiKey.EndTxn, ApiKey.Produce];

    private static readonly KafkaError[] Retriable = [KafkaError.NotCoordinator, KafkaError.CoordinatorNotAvailable, KafkaError.CoordinatorLoadInProgress, KafkaError.ConcurrentTransactions];

    public static readonly Scenario Killed = new("broker killed and restarted", async run =>
    {
        await using var bed = await Testbed.StartAsync(run);
        bed.Load(run.Random, rate: 150);
        bed.StartWorker();
        for (var kill = 0; kill < 3 * run.Size; kill++)
        {
            await bed.ProgressAsync(run.Random.Next(50, 300));
            await run.PauseAsync(0, 100);
            await bed.Broker.KillAsync();
            run.Killed("broker killed");
            await run.PauseAsync(0, 1500);
            await bed.Broker.StartAsync();
        }

        await bed.ProgressAsync(100);
        return await run.JudgeAsync(bed);
    });

    public static readonly Scenario Away = new("broker out of reach", async run =>
    {
        await using var bed = await Testbed.StartAsync(run);
        bed.Load(run.Random, rate: 150);
        bed.StartWorker();
        for (var time = 0; time < 3 * run.Size; time++)
        {
            await bed.ProgressAsync(run.Random.Next(50, 200));
            await bed.Broker.DownAsync();
            await run.PauseAsync(0, 3000);
            await bed.Broker.UpAsync();
        }

        await bed.ProgressAsync(100);
        return await run.JudgeAsync(bed);
    });

    public static readonly Scenario Broken = new("connections dropped around requests", async run =>
    {
        await using var bed = await Testbed.StartAsync(run);
        bed.Load(run.Random, rate: 150);
        bed.StartWorker();
        for (var drop = 0; drop < 12 * run.Size; drop++)
        {
            await bed.ProgressAsync(run.Random.Next(10, 60));
            var (request, point) = (Transactional[drop % Transactional.Length], (DropPoint)run.Random.Next(2));
            run.Note($"{request} dropped {point}");
            await bed.Broker.OrderAsync(new { fault = "Drop", request = $"{request}", point = $"{point}", times = run.Random.Next(1, 4), clientId = WorkersProducers });
        }

        return await EndAsync(run, bed);
    });

    public static readonly Scenario Refusing = new("requests refused", async run =>
    {
        await using var bed = await Testbed.StartAsync(run);
        bed.Load(run.Random, rate: 150);
        bed.StartWorker();
        for (var refusal = 0; refusal < 12 * run.Size; refusal++)
        {
            await bed.ProgressAsync(run.Random.Next(10, 60));
            var request = Transactional[refusal % Transactional.Length];
            var error = request is ApiKey.Produce ? KafkaError.NotLeaderOrFollower : Pick(run, refusal % 5 == 4 ? [KafkaError.InvalidProducerEpoch, KafkaError.ProducerFenced] : Retriable);
            run.Note($"{request} refused with {error}");
            await bed.Broker.OrderAsync(new { fault = "Fail", request = $"{request}", error = $"{error}", times = run.Random.Next(1, 4), clientId = WorkersProducers });
        }

        return await EndAsync(run, bed);
    });

    public static readonly Scenario Coordinator = new("coordinator lost, two seconds of latency", async run =>
    {
        await using var bed = await Testbed.StartAsync(run);
        bed.Load(run.Random, rate: 150);
        bed.StartWorker();
        for (var round = 0; round < run.Size; round++)
        {
            await bed.ProgressAsync(run.Random.Next(20, 80));
            await bed.Broker.OrderAsync(new { fault = "LoseCoordinator", times = run.Random.Next(2, 12), clientId = WorkersProducers });
            run.Note("coordinator lost");
            await bed.ProgressAsync(run.Random.Next(20, 80));
            run.Note("2 s of latency");
            foreach (var request in (ApiKey[])[ApiKey.EndTxn, ApiKey.TxnOffsetCommit, ApiKey.Produce])
            {
                await bed.Broker.OrderAsync(new { fault = "Delay", request = $"{request}", milliseconds = 2000, times = 2, clientId = WorkersProducers });
            }
        }

        return await EndAsync(run, bed);
    });

    private static async Task<Verdict> EndAsync(Run run, Testbed bed)
    {
        await bed.ProgressAsync(50);
        await bed.Broker.ClearAsync();
        await bed.ProgressAsync(50);
        return await run.JudgeAsync(bed);
    }

    private static KafkaError Pick(Run run, KafkaError[] errors) => errors[run.Random.Next(errors.Length)];
}
