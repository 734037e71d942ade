namespace Millrace.Local;

/// <summary>Reads what processes that run stages show at <c>/metrics</c>: at addresses that whoever starts the console has named, and no others.</summary>
/// <remarks>A page that does not answer in time, or is too large, is left out. What was read is kept for a moment, for all who ask.</remarks>
internal sealed class MetricPages(Func<IReadOnlyList<Uri>> addresses, TimeProvider time) : ILatencySource, IDisposable
{
    private const string Buckets = "messaging_process_duration_seconds_bucket";
    private const string Circuits = "millrace_lookup_circuit_state";
    private const int MostBytes = 8 * 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(5);
    private static readonly string[] States = ["closed", "probing", "open"];

    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false }) { MaxResponseContentBufferSize = MostBytes };
    private readonly Lock _gate = new();
    private Task<IReadOnlyList<MetricSample>>? _read;
    private long _readAt;

    /// <inheritdoc/>
    public string Note => "Of all events since the processes that show metrics were started, by the bounds of their histogram.";

    /// <inheritdoc/>
    public async Task<StageLatencies?> ReadAsync(string stage, CancellationToken cancellation)
    {
        var buckets = (await SamplesAsync(cancellation))
            .Where(sample => sample.Name == Buckets && sample.Labels.GetValueOrDefault("millrace_stage") == stage)
            .GroupBy(sample => MetricText.Value(sample.Labels.GetValueOrDefault("le", "")) ?? 0)
            .Select(bucket => (Bound: bucket.Key, Count: bucket.Sum(sample => sample.Value)))
            .OrderBy(bucket => bucket.Bound).ToList();
        return buckets is [.., (_, > 0)] ? new StageLatencies(Quantile(buckets, 0.5), Quantile(buckets, 0.99)) : null;
    }

    /// <summary>The lookups of all processes.</summary>
    public async Task<IReadOnlyList<LookupState>> LookupsAsync(CancellationToken cancellation) =>
        [.. from sample in await SamplesAsync(cancellation)
            where sample.Name == Circuits
            group sample.Value by sample.Labels.GetValueOrDefault("millrace_lookup_name", "") into lookup
            orderby lookup.Key
            select new LookupState(lookup.Key, States[(int)Math.Clamp(lookup.Max(), 0, States.Length - 1)])];

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _client.Dispose();

    private Task<IReadOnlyList<MetricSample>> SamplesAsync(CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_read is null || (_read.IsCompleted && time.GetElapsedTime(_readAt) > Kept))
            {
                (_readAt, _read) = (time.GetTimestamp(), ReadAsync());
            }

            return _read.WaitAsync(cancellation);
        }
    }

    private async Task<IReadOnlyList<MetricSample>> ReadAsync() => [.. (await Task.WhenAll(addresses().Select(ReadAsync))).SelectMany(page => page)];

    private async Task<IReadOnlyList<MetricSample>> ReadAsync(Uri address)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            return [.. MetricText.Read(await _client.GetStringAsync(address, patience.Token), Buckets, Circuits)];
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            return [];
        }
    }

    // As Prometheus does: evenly within a bucket; what is beyond the last bound is at it.
    private static double Quantile(List<(double Bound, double Count)> buckets, double share)
    {
        var rank = buckets[^1].Count * share;
        var at = buckets.FindIndex(bucket => bucket.Count >= rank);
        if (double.IsInfinity(buckets[at].Bound))
        {
            return at == 0 ? 0 : Math.Round(buckets[at - 1].Bound * 1000, 1);
        }

        var (low, below) = at == 0 ? (0, 0) : buckets[at - 1];
        var within = buckets[at].Count - below;
        return Math.Round((low + (within > 0 ? (buckets[at].Bound - low) * (rank - below) / within : 0)) * 1000, 1);
    }
}
