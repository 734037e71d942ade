using System.Text.Json;

namespace Millrace.Lookups.Tests;

/// <summary>A lookup that keeps answers, over a scripted server, and what is counted of it.</summary>
public abstract class HttpLookupCacheFixture : IDisposable
{
    private readonly List<HttpLookup> _lookups = [];

    protected HttpLookupCacheFixture()
    {
        Options.Name = Guid.NewGuid().ToString();
        Options.Cache.MaxBytes = 1_000_000;
    }

    private protected CountingClock Clock { get; } = new();

    private protected MeterReadings Meter { get; } = new();

    private protected LookupOptions Options { get; } = Some.Options();

    /// <summary>The server of the latest lookup.</summary>
    private protected ScriptedServer Server { get; private set; } = null!;

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        _lookups.ForEach(lookup => lookup.Dispose());
        Meter.Dispose();
    }

    private protected long Count(string result) => Meter.Sum("millrace.lookup.cache.requests", Options.Name, result);

    private protected static async Task<int> NumberAsync(HttpLookup lookup) => (await lookup.GetJsonAsync(Some.Uri)).GetInt32();

    private protected HttpLookup Lookup(params Func<CancellationToken, Task<HttpResponseMessage>>[] script) => Lookup(null, script);

    private protected HttpLookup Lookup(Func<JsonElement, AnswerLife>? lifeOf, params Func<CancellationToken, Task<HttpResponseMessage>>[] script)
    {
        Server = new ScriptedServer(Clock, script);
        var lookup = new HttpLookup(Options, Clock, handler: Server) { LifeOf = lifeOf };
        _lookups.Add(lookup);
        return lookup;
    }
}
