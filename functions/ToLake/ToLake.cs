using Microsoft.Azure.Functions.Worker;
using Millrace.Core;
using Millrace.Hosting;

namespace Millrace.Functions;

/// <summary>Brings streams into the lake, a Delta table for each. It runs where the catalog has its entry, which lists them.</summary>
public sealed class ToLake : Connector;

/// <summary>The function that feeds <see cref="ToLake"/>, from all its streams.</summary>
public sealed class ToLakeTrigger(StageTrigger<ToLake> stage)
{
    /// <summary>Called by the host with a batch.</summary>
    [Function(nameof(ToLake))]
    public Task Run(
        [KafkaTrigger("%KAFKA_BOOTSTRAP_SERVERS%", "%Stages:ToLake:Topics%", ConsumerGroup = nameof(ToLake), IsBatched = true, KeyDataType = KafkaMessageKeyType.Binary)]
        KafkaRecord[] records,
        CancellationToken cancellation) => stage.RunAsync(records.ToEventRecords(), cancellation);
}
