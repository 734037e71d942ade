using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Caching.Memory;
using Millrace.Lookups;

namespace Millrace.Benchmarks;

/// <summary>Answers that are kept, beside two caches of the platform's; and lookups that are not, beside the ideal.</summary>
internal static class LookupsBenchmark
{
    private const int Keys = 10_000;
    private const int Hits = 5_000_000;
    private const int Concurrency = 256;
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(50);

    // As most do, it answers the same to all; who is asked is told apart by the address.
    private static readonly byte[] Body = Encoding.UTF8.GetBytes(
        """{"query":{"pages":[{"pageid":7,"title":"Rain","revisions":[{"slots":{"main":{"content":"CONTENT"}}}]}]}}""".Replace("CONTENT", new string('x', 800), StringComparison.Ordinal));

    public static async Task RunAsync()
    {
        var addresses = Enumerable.Range(0, Keys).Select(n => new Uri($"https://en.example.org/w/api.php?action=query&prop=revisions&revids={n}&format=json")).ToList();
        await CompareHitsAsync(addresses);
        await CompareMissesAsync(addresses);
    }

    private static async Task CompareHitsAsync(List<Uri> addresses)
    {
        using var lookup = Lookup(TimeSpan.Zero);
        using var memory = new MemoryCache(new MemoryCacheOptions { SizeLimit = 1L << 30 });
        var dictionary = new ConcurrentDictionary<string, JsonElement>();
        foreach (var address in addresses)
        {
            var answer = await lookup.GetJsonAsync(address);
            dictionary[address.AbsoluteUri] = answer;
            memory.Set(address.AbsoluteUri, answer, new MemoryCacheEntryOptions { Size = Body.Length, AbsoluteExpirationRelativeToNow = TimeSpan.FromHours(1) });
        }

        Measured.Print(
            $"Lookups: hits among {Keys:N0} answers of {Body.Length} bytes, one thread",
            Median("MemoryCache", addresses, address => memory.TryGetValue(address.AbsoluteUri, out JsonElement answer) ? answer : default),
            Median("ConcurrentDictionary, which forgets nothing", addresses, address => dictionary.TryGetValue(address.AbsoluteUri, out var answer) ? answer : default),
            Median("HttpLookup with a cache", addresses, address => Kept(lookup.GetJsonAsync(address))),
            Median("parsing the bytes each time", addresses, _ => JsonElement.Parse(Body)));
    }

    // By turns, so that whatever else the machine does is done to both.
    private static async Task CompareMissesAsync(List<Uri> addresses)
    {
        var (bare, misses) = (new List<Measured>(), new List<Measured>());
        for (var run = 0; run < 6; run++)
        {
            using var lookup = Lookup(Latency);
            bare.Add(await Measured.RunAsync("the wait alone, 256 at a time", Keys, () => AskAllAsync(addresses, _ => Task.Delay(Latency, TimeProvider.System))));
            misses.Add(await Measured.RunAsync("HttpLookup, 256 at a time", Keys, () => AskAllAsync(addresses, address => lookup.GetJsonAsync(address).AsTask())));
        }

        // The first ones warm up.
        var (wait, median) = (Measured.Median(bare.Skip(1)), Measured.Median(misses.Skip(1)));
        var ideal = Concurrency / Latency.TotalSeconds;
        Measured.Print($"Lookups: {Keys:N0} different ones of {Latency.TotalMilliseconds} ms", wait, median);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Of the ideal, {ideal:N0}/s: {wait.EventsPerSecond / ideal:P1} and {median.EventsPerSecond / ideal:P1}"));
    }

    private static async Task AskAllAsync(List<Uri> addresses, Func<Uri, Task> ask)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Concurrency).Select(async _ =>
        {
            for (var n = Interlocked.Increment(ref next); n < addresses.Count; n = Interlocked.Increment(ref next))
            {
                await ask(addresses[n]);
            }
        }));
    }

    private static Measured Median(string name, List<Uri> addresses, Func<Uri, JsonElement> ask) => Measured.Median(Enumerable.Range(0, 5).Select(_ =>
        Measured.RunAsync(name, Hits, () =>
        {
            for (int n = 0, key = 0; n < Hits; n++, key = key + 1 == addresses.Count ? 0 : key + 1)
            {
                if (ask(addresses[key]).ValueKind != JsonValueKind.Object)
                {
                    throw new InvalidOperationException($"{name}: no answer for {addresses[key]}.");
                }
            }

            return Task.CompletedTask;
        }).GetAwaiter().GetResult()).Skip(2).ToList());

    private static JsonElement Kept(ValueTask<JsonElement> asked) => asked.IsCompletedSuccessfully ? asked.GetAwaiter().GetResult() : default;

    private static HttpLookup Lookup(TimeSpan latency)
    {
        var options = new LookupOptions { MaxConcurrency = Concurrency, AllowedHosts = { "*.example.org" } };
        options.Cache.MaxBytes = 256 * 1024 * 1024;
        return new HttpLookup(options, TimeProvider.System, handler: new SlowServer(latency));
    }

    private sealed class SlowServer(TimeSpan latency) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (latency > TimeSpan.Zero)
            {
                await Task.Delay(latency, TimeProvider.System, cancellationToken);
            }

            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(Body) };
        }
    }
}
