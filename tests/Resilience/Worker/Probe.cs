using Microsoft.Azure.Functions.Worker;
using Millrace.Core;
using Millrace.Hosting;
using Millrace.Lookups;

namespace Millrace.Resilience.Worker;

/// <summary>Does with each event what the event says, after a lookup.</summary>
public sealed class Probe : Enrichment, IDisposable
{
    private readonly Uri _address;
    private readonly HttpLookup _lookup;

    public Probe(ProbeSettings settings, LookupFactory lookups) => (_address, _lookup) = (new Uri(settings.Address), lookups.Create(settings.Lookup));

    public void Dispose() => _lookup.Dispose();

    protected override async ValueTask<Outcome> EnrichAsync(Event input, CancellationToken cancellation)
    {
        var answer = await _lookup.GetJsonAsync(new Uri(_address, $"{input.Root.Child("key"u8).Text()}/{input.Root.Child("sequence"u8).Number()}"), cancellation);
        switch (input.Root.Child("fate"u8).Text())
        {
            case "filter":
                return Filter("unwanted");
            case "poison":
                return Fail(new StageError("poisoned", "'.fate' is 'poison'."));
            default:
                var richer = EventDraft.From(input);
                richer.Root.Set("answer", answer.Child("answer"u8));
                return Emit(richer);
        }
    }
}

/// <summary>The function that feeds <see cref="Probe"/>, called as a host with such habits calls it.</summary>
public sealed class ProbeTrigger(StageTrigger<Probe> stage, InstrumentedPoints points, HostHabits habits)
{
    [Function(nameof(Probe))]
    public async Task Run(
        [KafkaTrigger("%KAFKA_BOOTSTRAP_SERVERS%", "%Stages:Probe:Topics%", ConsumerGroup = nameof(Probe), IsBatched = true, KeyDataType = KafkaMessageKeyType.Binary)]
        KafkaRecord[] records,
        CancellationToken cancellation)
    {
        points.Pass(Point.Read);
        await habits.CallAsync(Array.ConvertAll(records, Convert), batch => stage.RunAsync(batch, cancellation));
        points.Pass(Point.Returning);
    }

    [Function(nameof(Probe) + StageFunctions.ReplaySuffix)]
    public async Task RunReplay(
        [KafkaTrigger("%KAFKA_BOOTSTRAP_SERVERS%", "%Stages:Probe:Replay%", ConsumerGroup = nameof(Probe), IsBatched = true, KeyDataType = KafkaMessageKeyType.Binary)]
        KafkaRecord[] records,
        CancellationToken cancellation)
    {
        points.Pass(Point.Read);
        await stage.RunAsync(Array.ConvertAll(records, Convert), cancellation);
        points.Pass(Point.Returning);
    }

    internal static EventRecord Convert(KafkaRecord record) => new()
    {
        Position = new StreamPosition(record.Topic, record.Partition, record.Offset),
        Key = record.Key,
        Value = record.Value,
        Headers = Array.ConvertAll(record.Headers ?? [], header => new RecordHeader(header.Key, header.Value)),
        Timestamp = UnixTime.FromMilliseconds(record.Timestamp.UnixTimestampMs),
    };
}
