using System.Diagnostics.Metrics;

namespace Millrace.Lookups;

/// <summary>Counts the requests that a rate limit holds back, in the meter <see cref="LookupMeter"/>.</summary>
internal sealed class RateMeter(string name)
{
    private static readonly UpDownCounter<long> Waiting = LookupMeter.Meter.CreateUpDownCounter<long>(
        "millrace.lookup.rate_limit.waiting", "{request}", "Requests that wait until their host may be asked.");

    private static readonly Histogram<double> Durations = LookupMeter.Meter.CreateHistogram<double>(
        "millrace.lookup.rate_limit.wait.duration", "s", "How long requests waited that had to.");

    private readonly KeyValuePair<string, object?> _name = LookupMeter.Tag(name);

    public void Begin() => Waiting.Add(1, _name);

    public void End(TimeSpan waited)
    {
        Waiting.Add(-1, _name);
        Durations.Record(waited.TotalSeconds, _name);
    }
}
