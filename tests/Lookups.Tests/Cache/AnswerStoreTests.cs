using System.Text.Json;

namespace Millrace.Lookups.Tests;

public sealed class AnswerStoreTests
{
    private static readonly JsonElement Small = JsonElement.Parse("""{"ok":true}"""u8);

    [Fact]
    public void What_is_asked_for_often_outlives_any_number_that_are_asked_for_once()
    {
        var store = new AnswerStore(100 * Bytes(Key("k0000")));
        var often = Enumerable.Range(0, 50).Select(n => Key($"o{n:0000}")).ToList();
        often.ForEach(key => store.Put(key, Answer(key)));
        for (var n = 0; n < 10_000; n++)
        {
            var once = Key($"k{n:0000}");
            store.Put(once, Answer(once));
            if (n % 10 == 0)
            {
                Assert.All(often, key => Assert.NotNull(store.Find(key, 0)));
            }
        }
    }

    [Fact]
    public void An_answer_takes_the_place_of_the_older_one()
    {
        var store = new AnswerStore(10_000);
        var (first, second) = (Answer(Key("a")), Answer(Key("a")));
        store.Put(Key("a"), first);

        var (evicted, growth) = store.Put(Key("a"), second);

        Assert.Equal((0, 0), (evicted, growth));
        Assert.Same(second, store.Find(Key("a"), 0));
        Assert.Equal(second.Bytes, store.Bytes);
    }

    [Fact]
    public void An_answer_larger_than_all_the_room_drives_nobody_out_and_ends_its_own_former_one()
    {
        var store = new AnswerStore(2_000);
        store.Put(Key("a"), Answer(Key("a")));
        store.Put(Key("b"), Answer(Key("b")));

        store.Put(Key("b"), Answer(Key("b"), JsonElement.Parse($"\"{new string('x', 2_000)}\"")));

        Assert.NotNull(store.Find(Key("a"), 0));
        Assert.Null(store.Find(Key("b"), 0));
    }

    [Fact]
    public void What_was_dropped_is_counted_in_answers_and_bytes()
    {
        var store = new AnswerStore(3 * Bytes(Key("a")));
        foreach (var name in (string[])["a", "b", "c"])
        {
            store.Put(Key(name), Answer(Key(name)));
        }

        Assert.Equal((1, 0), store.Put(Key("d"), Answer(Key("d"))));
        Assert.Equal(3, store.Count);
        Assert.Null(store.Find(Key("a"), 0));
    }

    [Fact]
    public void An_answer_too_old_to_be_given_is_as_if_absent()
    {
        var store = new AnswerStore(10_000);
        store.Put(Key("a"), CachedAnswer.Of(Key("a"), LookupAttempt.Of(Small), now: 100, life: 10, stale: 5));

        Assert.NotNull(store.Find(Key("a"), 114));
        Assert.Null(store.Find(Key("a"), 115));
    }

    [Fact]
    public async Task Readers_and_writers_at_once_leave_it_whole()
    {
        const int Seed = 11;
        var store = new AnswerStore(64 * Bytes(Key("k000")));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() =>
        {
            var random = new Random(Seed + worker);
            for (var n = 0; n < 50_000; n++)
            {
                var key = Key($"k{random.Next(200):000}");
                if (store.Find(key, 0) is null)
                {
                    store.Put(key, Answer(key));
                }
            }
        })));

        Assert.Equal(64, store.Count);
        Assert.Equal(64 * Bytes(Key("k000")), store.Bytes);
        Assert.Equal(64, Enumerable.Range(0, 200).Count(n => store.Find(Key($"k{n:000}"), 0) is not null));
    }

    private static CacheKey Key(string address) => new(address, AsJson: true);

    private static long Bytes(CacheKey key) => Answer(key).Bytes;

    private static CachedAnswer Answer(CacheKey key, JsonElement? json = null) => CachedAnswer.Of(key, LookupAttempt.Of(json ?? Small), now: 0, life: 1_000, stale: 0);
}
