namespace Millrace.Lookups;

/// <summary>A limit for each host. Hosts come from events, so that those at rest are forgotten.</summary>
internal sealed class HostRates(LookupRateOptions options, string name, TimeProvider time) : IDisposable
{
    private const int FewHosts = 1_000;

    private readonly Dictionary<string, TokenBucket> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly RateMeter _meter = new(name);
    private int _sweepAt = FewHosts;

    /// <summary>How many hosts are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_hosts)
            {
                return _hosts.Count;
            }
        }
    }

    /// <summary>Waits until the host may be asked.</summary>
    public ValueTask PassAsync(string host, CancellationToken cancellationToken)
    {
        TokenBucket? bucket;
        lock (_hosts)
        {
            if (!_hosts.TryGetValue(host, out bucket))
            {
                Sweep();
                _hosts.Add(host, bucket = new TokenBucket(options.RequestsPerSecond, options.Burst, time));
            }

            // Under the lock, so that no bucket is forgotten between being found and being used.
            if (bucket.TryPass())
            {
                return default;
            }
        }

        return new(WaitAsync(bucket, cancellationToken));
    }

    public void Dispose()
    {
        lock (_hosts)
        {
            foreach (var bucket in _hosts.Values)
            {
                bucket.Dispose();
            }
        }
    }

    private async Task WaitAsync(TokenBucket bucket, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        _meter.Begin();
        try
        {
            await bucket.PassAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _meter.End(time.GetElapsedTime(started));
        }
    }

    // Only as often as hosts double, so that it costs each of them a constant.
    private void Sweep()
    {
        if (_hosts.Count < _sweepAt)
        {
            return;
        }

        foreach (var (host, bucket) in _hosts.Where(entry => entry.Value.IsIdle).ToList())
        {
            _hosts.Remove(host);
            bucket.Dispose();
        }

        _sweepAt = Math.Max(FewHosts, 2 * _hosts.Count);
    }
}
