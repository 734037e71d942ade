using System.Diagnostics.Metrics;

namespace Millrace.Lookups;

/// <summary>Counts what a cache does, in the meter <see cref="LookupMeter"/>.</summary>
internal sealed class CacheMeter(string name)
{
    private static readonly Counter<long> Requests = LookupMeter.Meter.CreateCounter<long>(
        "millrace.lookup.cache.requests", "{request}", "What was asked for, by whether the cache had it: hit, stale (given, and fetched anew behind it), miss.");

    private static readonly Counter<long> Evictions = LookupMeter.Meter.CreateCounter<long>(
        "millrace.lookup.cache.evictions", "{answer}", "Answers that were dropped to make room.");

    private static readonly UpDownCounter<long> Size = LookupMeter.Meter.CreateUpDownCounter<long>(
        "millrace.lookup.cache.size", "By", "The memory that kept answers take.");

    private static readonly KeyValuePair<string, object?> IsHit = new("result", "hit");
    private static readonly KeyValuePair<string, object?> IsStale = new("result", "stale");
    private static readonly KeyValuePair<string, object?> IsMiss = new("result", "miss");

    private readonly KeyValuePair<string, object?> _name = LookupMeter.Tag(name);

    public void Hit() => Requests.Add(1, _name, IsHit);

    public void Stale() => Requests.Add(1, _name, IsStale);

    public void Miss() => Requests.Add(1, _name, IsMiss);

    public void Stored(int evicted, long growth)
    {
        if (evicted > 0)
        {
            Evictions.Add(evicted, _name);
        }

        Size.Add(growth, _name);
    }
}
