using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Polly.CircuitBreaker;

namespace Millrace.Lookups;

/// <summary>Measures the calls of one lookup, in the meter <see cref="LookupMeter"/>: answers from memory are no calls.</summary>
internal sealed class CallMeter : IDisposable
{
    private static readonly ConcurrentDictionary<CallMeter, bool> Live = new();

    private static readonly Histogram<double> Durations = LookupMeter.Meter.CreateHistogram(
        "millrace.lookup.duration", "s", "How long lookups took, with all their attempts and pauses; failed ones have an error.type.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30] });

    private static readonly Counter<long> Retries = LookupMeter.Meter.CreateCounter<long>(
        "millrace.lookup.retries", "{attempt}", "Attempts at a lookup after its first.");

    private readonly KeyValuePair<string, object?> _name;

    static CallMeter() => LookupMeter.Meter.CreateObservableGauge(
        "millrace.lookup.circuit.state", Observe, "{state}", "Whether the lookup is let through: 0 it is, 1 a probe is, 2 nothing is.");

    public CallMeter(string name)
    {
        _name = LookupMeter.Tag(name);
        Live[this] = true;
    }

    /// <summary>Tells of the lookup's circuit.</summary>
    public CircuitBreakerStateProvider Circuit { get; } = new();

    /// <param name="took">How long the lookup took.</param>
    /// <param name="errorType">One of <see cref="LookupErrorTypes"/>; null where there was an answer.</param>
    public void Ended(TimeSpan took, string? errorType)
    {
        if (errorType is null)
        {
            Durations.Record(took.TotalSeconds, _name);
        }
        else
        {
            Durations.Record(took.TotalSeconds, _name, new("error.type", errorType));
        }
    }

    public void Retried() => Retries.Add(1, _name);

    public void Dispose() => Live.TryRemove(this, out _);

    // Lookups of one name in one process, such as those of two apps, are one: the worst of them shows.
    private static IEnumerable<Measurement<int>> Observe() =>
        from meter in Live.Keys
        group meter by meter._name.Value into named
        select new Measurement<int>(named.Max(meter => meter.State), named.First()._name);

    private int State => Circuit.CircuitState switch
    {
        CircuitState.Closed => 0,
        CircuitState.HalfOpen => 1,
        _ => 2,
    };
}
