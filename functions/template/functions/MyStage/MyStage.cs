using Microsoft.Azure.Functions.Worker;
using Millrace.Core;
using Millrace.Hosting;
#if (lookup)
using Millrace.Lookups;
#endif

namespace Millrace.Functions;

#if (lookup)
/// <summary>Adds the wiki's name to the events of input-stream, as the wiki's API tells it.</summary>
/// <remarks>
/// The class is all there is to write: the platform reads, retries, checks and writes events, and keeps their order.
/// Its inputs, outputs, options and settings are in <c>stage.json</c> beside it.
/// </remarks>
public sealed class MyStage(MyStageSettings settings, LookupFactory lookups) : Enrichment, IDisposable
{
    // Retries, time limits, the circuit breaker and the list of hosts that may be asked are the lookup's.
    private readonly HttpLookup _api = lookups.Create(settings.Lookup);

    /// <inheritdoc/>
    protected override async ValueTask<Outcome> EnrichAsync(Event input, CancellationToken cancellation)
    {
        var address = AddressTemplate.For(settings.ApiTemplate, input.Domain, "action=query&meta=siteinfo&siprop=general&format=json&formatversion=2");
        var answer = await _api.GetJsonAsync(address, cancellation);

        // All of the input's fields, and one more. $schema, meta and the key are the platform's to fill in.
        var richer = EventDraft.From(input);
        richer.Root.Set("site_name", answer.Child("query").Child("general").Child("sitename"));

        // Or Filter("reason") where an event is of no use, or Fail(new StageError("type", "why")) where it cannot be processed.
        return Emit(richer);
    }

    /// <summary>Ends the connections.</summary>
    public void Dispose() => _api.Dispose();
}
#else
/// <summary>Adds the name of the site to the events of input-stream.</summary>
/// <remarks>
/// The class is all there is to write: the platform reads, retries, checks and writes events, and keeps their order.
/// Its inputs, outputs and options are in <c>stage.json</c> beside it.
/// </remarks>
public sealed class MyStage : Enrichment
{
    /// <inheritdoc/>
    protected override ValueTask<Outcome> EnrichAsync(Event input, CancellationToken cancellation)
    {
        // All of the input's fields, and one more. $schema, meta and the key are the platform's to fill in.
        var richer = EventDraft.From(input);
        richer.Root.Set("site_name", input.Domain);

        // Or Filter("reason") where an event is of no use, or Fail(new StageError("type", "why")) where it cannot be processed.
        return new(Emit(richer));
    }
}
#endif

/// <summary>The function that feeds <see cref="MyStage"/>.</summary>
public sealed class MyStageTrigger(StageTrigger<MyStage> stage)
{
    /// <summary>Called by the host with the records of a batch.</summary>
    [Function(nameof(MyStage))]
    public Task Run(
        [KafkaTrigger("%KAFKA_BOOTSTRAP_SERVERS%", "%Stages:MyStage:Topics%", ConsumerGroup = nameof(MyStage), IsBatched = true, KeyDataType = KafkaMessageKeyType.Binary)]
        KafkaRecord[] records,
        CancellationToken cancellation) => stage.RunAsync(records.ToEventRecords(), cancellation);
}
