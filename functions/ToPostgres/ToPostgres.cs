using Microsoft.Azure.Functions.Worker;
using Millrace.Core;
using Millrace.Hosting;

namespace Millrace.Functions;

/// <summary>Brings streams into PostgreSQL, a table for each. It runs where the catalog has its entry, which lists them.</summary>
public sealed class ToPostgres : Connector;

/// <summary>The function that feeds <see cref="ToPostgres"/>, from all its streams.</summary>
public sealed class ToPostgresTrigger(StageTrigger<ToPostgres> stage)
{
    /// <summary>Called by the host with a batch.</summary>
    [Function(nameof(ToPostgres))]
    public Task Run(
        [KafkaTrigger("%KAFKA_BOOTSTRAP_SERVERS%", "%Stages:ToPostgres:Topics%", ConsumerGroup = nameof(ToPostgres), IsBatched = true, KeyDataType = KafkaMessageKeyType.Binary)]
        KafkaRecord[] records,
        CancellationToken cancellation) => stage.RunAsync(records.ToEventRecords(), cancellation);
}
