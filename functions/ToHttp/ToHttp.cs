using Microsoft.Azure.Functions.Worker;
using Millrace.Core;
using Millrace.Hosting;

namespace Millrace.Functions;

/// <summary>Posts the events of streams to an HTTP address. It runs where the catalog has its entry, which lists them.</summary>
public sealed class ToHttp : Connector;

/// <summary>The function that feeds <see cref="ToHttp"/>, from all its streams.</summary>
public sealed class ToHttpTrigger(StageTrigger<ToHttp> stage)
{
    /// <summary>Called by the host with a batch.</summary>
    [Function(nameof(ToHttp))]
    public Task Run(
        [KafkaTrigger("%KAFKA_BOOTSTRAP_SERVERS%", "%Stages:ToHttp:Topics%", ConsumerGroup = nameof(ToHttp), IsBatched = true, KeyDataType = KafkaMessageKeyType.Binary)]
        KafkaRecord[] records,
        CancellationToken cancellation) => stage.RunAsync(records.ToEventRecords(), cancellation);
}
