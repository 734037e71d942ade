using Microsoft.Azure.Functions.Worker;
using Millrace.Core;
using Millrace.Hosting;

namespace Millrace.Functions;

/// <summary>Brings streams into PostgreSQL, a table for each. It runs where the catalog has its entry, which lists them.</summary>
public sealed class ToPostgres : Connector;

/// <summary>The functions that feed <see cref="ToPostgres"/>: one from all its streams, one with replays.</summary>
public sealed class ToPostgresTrigger(StageTrigger<ToPostgres> stage)
{
    /// <summary>Called by the host with a batch.</summary>
    [Function(nameof(ToPostgres))]
    public Task Run(
        [KafkaTrigger("%KAFKA_BOOTSTRAP_SERVERS%", "%Stages:ToPostgres:Topics%", ConsumerGroup = nameof(ToPostgres), IsBatched = true, KeyDataType = KafkaMessageKeyType.Binary)]
        KafkaRecord[] records,
        CancellationToken cancellation) => stage.RunAsync(records.ToEventRecords(), cancellation);

    /// <summary>Called by the host with a batch of events that are replayed.</summary>
    [Function(nameof(ToPostgres) + StageFunctions.ReplaySuffix)]
    public Task RunReplay(
        [KafkaTrigger("%KAFKA_BOOTSTRAP_SERVERS%", "%Stages:ToPostgres:Replay%", ConsumerGroup = nameof(ToPostgres), IsBatched = true, KeyDataType = KafkaMessageKeyType.Binary)]
        KafkaRecord[] records,
        CancellationToken cancellation) => stage.RunAsync(records.ToEventRecords(), cancellation);
}
