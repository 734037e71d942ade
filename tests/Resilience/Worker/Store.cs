using Microsoft.Azure.Functions.Worker;
using Millrace.Core;
using Millrace.Hosting;

namespace Millrace.Resilience.Worker;

/// <summary>Brings events into whatever store the catalog says. Without an entry there it does not run.</summary>
public sealed class Store : Connector
{
    protected override ValueTask<Outcome> AcceptAsync(Event input, CancellationToken cancellation) =>
        new(input.Root.Child("fate"u8).Text() == "filter" ? Filter("unwanted") : Accept());
}

/// <summary>The function that feeds <see cref="Store"/>, for a group that the settings name: two groups are two owners of every partition.</summary>
public sealed class StoreTrigger(StageTrigger<Store> stage, InstrumentedPoints points)
{
    [Function(nameof(Store))]
    public async Task Run(
        [KafkaTrigger("%KAFKA_BOOTSTRAP_SERVERS%", "%Stages:Store:Topics%", ConsumerGroup = "%StoreGroup%", IsBatched = true, KeyDataType = KafkaMessageKeyType.Binary)]
        KafkaRecord[] records,
        CancellationToken cancellation)
    {
        points.Pass(Point.Read);
        await stage.RunAsync(Array.ConvertAll(records, ProbeTrigger.Convert), cancellation);
        points.Pass(Point.Returning);
    }

    [Function(nameof(Store) + StageFunctions.ReplaySuffix)]
    public Task RunReplay(
        [KafkaTrigger("%KAFKA_BOOTSTRAP_SERVERS%", "%Stages:Store:Replay%", ConsumerGroup = "%StoreGroup%", IsBatched = true, KeyDataType = KafkaMessageKeyType.Binary)]
        KafkaRecord[] records,
        CancellationToken cancellation) => stage.RunAsync(Array.ConvertAll(records, ProbeTrigger.Convert), cancellation);
}
