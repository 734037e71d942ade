using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Millrace.Lookups.Tests;

/// <summary>Adds up what the lookups' meter counts, by instrument, name of the lookup and the further tag.</summary>
internal sealed class MeterReadings : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(string Instrument, string Name, string? Tag), StrongBox> _sums = new();

    public MeterReadings()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Millrace.Lookups")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>(Add);
        _listener.Start();
    }

    public long Sum(string instrument, string name, string? tag = null) => _sums.TryGetValue((instrument, name, tag), out var sum) ? Volatile.Read(ref sum.Value) : 0;

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        var key = (instrument.Name, (string)tags[0].Value!, tags.Length > 1 ? (string?)tags[1].Value : null);
        Interlocked.Add(ref _sums.GetOrAdd(key, static _ => new StrongBox()).Value, value);
    }

    private sealed class StrongBox
    {
        public long Value;
    }
}
