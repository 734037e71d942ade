using System.Net;
using System.Text.Json;

namespace Millrace.Lookups.Tests;

/// <summary>What the process's memory has to say; nothing else may take any meanwhile.</summary>
[CollectionDefinition(nameof(AnswerStoreMemoryTests), DisableParallelization = true)]
[Collection(nameof(AnswerStoreMemoryTests))]
public sealed class AnswerStoreMemoryTests
{
    [Fact]
    public void A_million_random_keys_stay_within_the_bytes_and_so_does_the_memory_behind_them()
    {
        const int Seed = 7;
        const long MaxBytes = 16 * 1024 * 1024;
        var (random, store) = (new Random(Seed), new AnswerStore(MaxBytes));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var (most, put) = (0L, 0);
        for (; put < 1_000_000; put++)
        {
            // A document of its own for each, as each answer has.
            var key = Key($"https://en.example.org/w/api.php?revids={random.NextInt64()}");
            store.Put(key, Answer(key, JsonElement.Parse("""{"query":{"pages":[{"pageid":7,"title":"Rain"}]}}"""u8)));
            most = Math.Max(most, store.Bytes);
        }

        var memory = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.InRange(most, MaxBytes - 2_000, MaxBytes);
        Assert.InRange(memory, 1, MaxBytes);
        Assert.InRange(store.Count, 10_000, 40_000);
        GC.KeepAlive(store);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(10_000)]
    public void The_bytes_of_an_answer_are_no_less_than_the_memory_it_takes(int length)
    {
        var body = $$"""{"items":[{{string.Join(',', Enumerable.Range(0, length / 10))}}],"name":"é"}""";
        var store = new AnswerStore(long.MaxValue);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var n = 0; n < 2_000; n++)
        {
            var key = Key($"https://en.example.org/{n}");
            store.Put(key, n % 2 == 0 ? Answer(key, JsonElement.Parse(body)) : CachedAnswer.Of(key, LookupAttempt.Of(HttpStatusCode.OK, new byte[length]), 0, 1_000, 0));
        }

        var memory = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.InRange(memory, store.Bytes * 4 / 10, store.Bytes);
    }

    private static CacheKey Key(string address) => new(address, AsJson: true);

    private static CachedAnswer Answer(CacheKey key, JsonElement json) => CachedAnswer.Of(key, LookupAttempt.Of(json), now: 0, life: 1_000, stale: 0);
}
