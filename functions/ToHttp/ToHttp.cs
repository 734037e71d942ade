using Microsoft.Azure.Functions.Worker;
using Millrace.Core;
using Millrace.Hosting;

namespace Millrace.Functions;

/// <summary>Posts the events of streams to an HTTP address. It runs where the catalog has its entry, which lists them.</summary>
public sealed class ToHttp : Connector;

/// <summary>The functions that feed <see cref="ToHttp"/>: one from all its streams, one with replays.</summary>
public sealed class ToHttpTrigger(StageTrigger<ToHttp> stage)
{
    /// <summary>Called by the host with a batch.</summary>
    [Function(nameof(ToHttp))]
    public Task Run(
        [KafkaTrigger("%KAFKA_BOOTSTRAP_SERVERS%", "%Stages:ToHttp:Topics%", ConsumerGroup = nameof(ToHttp), IsBatched = true, KeyDataType = KafkaMessageKeyType.Binary)]
        KafkaRecord[] records,
        CancellationToken cancellation) => stage.RunAsync(records.ToEventRecords(), cancellation);

    /// <summary>Called by the host with a batch of events that are replayed.</summary>
    [Function(nameof(ToHttp) + StageFunctions.ReplaySuffix)]
    public Task RunReplay(
        [KafkaTrigger("%KAFKA_BOOTSTRAP_SERVERS%", "%Stages:ToHttp:Replay%", ConsumerGroup = nameof(ToHttp), IsBatched = true, KeyDataType = KafkaMessageKeyType.Binary)]
        KafkaRecord[] records,
        CancellationToken cancellation) => stage.RunAsync(records.ToEventRecords(), cancellation);
}
