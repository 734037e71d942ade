using Microsoft.Azure.Functions.Worker;
using Millrace.Core;
using Millrace.Hosting;

namespace Millrace.Functions;

/// <summary>Brings streams into the lake, a Delta table for each. It runs where the catalog has its entry, which lists them.</summary>
public sealed class ToLake : Connector;

/// <summary>The functions that feed <see cref="ToLake"/>: one from all its streams, one with replays.</summary>
public sealed class ToLakeTrigger(StageTrigger<ToLake> stage)
{
    /// <summary>Called by the host with a batch.</summary>
    [Function(nameof(ToLake))]
    public Task Run(
        [KafkaTrigger("%KAFKA_BOOTSTRAP_SERVERS%", "%Stages:ToLake:Topics%", ConsumerGroup = nameof(ToLake), IsBatched = true, KeyDataType = KafkaMessageKeyType.Binary)]
        KafkaRecord[] records,
        CancellationToken cancellation) => stage.RunAsync(records.ToEventRecords(), cancellation);

    /// <summary>Called by the host with a batch of events that are replayed.</summary>
    [Function(nameof(ToLake) + StageFunctions.ReplaySuffix)]
    public Task RunReplay(
        [KafkaTrigger("%KAFKA_BOOTSTRAP_SERVERS%", "%Stages:ToLake:Replay%", ConsumerGroup = nameof(ToLake), IsBatched = true, KeyDataType = KafkaMessageKeyType.Binary)]
        KafkaRecord[] records,
        CancellationToken cancellation) => stage.RunAsync(records.ToEventRecords(), cancellation);
}
