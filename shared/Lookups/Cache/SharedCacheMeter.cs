using System.Diagnostics.Metrics;

namespace Millrace.Lookups;

/// <summary>Counts what was asked of the cache that workers share.</summary>
internal sealed class SharedCacheMeter(string name)
{
    private static readonly Counter<long> Requests = LookupMeter.Meter.CreateCounter<long>(
        "millrace.lookup.cache.shared.requests", "{request}", "What memory did not have, by what the shared cache said: hit, miss, failed.");

    private readonly KeyValuePair<string, object?> _name = LookupMeter.Tag(name);

    public void Answered(bool isHit) => Requests.Add(1, _name, new("result", isHit ? "hit" : "miss"));

    public void Failed() => Requests.Add(1, _name, new("result", "failed"));
}
