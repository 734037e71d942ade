namespace Millrace.Lookups.Tests;

public sealed class HttpLookupCacheTests : HttpLookupCacheFixture
{
    [Fact]
    public async Task An_answer_is_kept_for_its_time_and_not_a_moment_longer()
    {
        var lookup = Lookup(Answer.Json("1"), Answer.Json("2"));
        Assert.Equal(1, await NumberAsync(lookup));

        Clock.Pass(TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, await NumberAsync(lookup));
        Clock.Pass(TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, await NumberAsync(lookup));

        Assert.Equal((1, 0, 2), (Count("hit"), Count("stale"), Count("miss")));
    }

    [Fact]
    public async Task Nothing_is_kept_unless_a_size_is_set()
    {
        Options.Cache.MaxBytes = 0;
        var lookup = Lookup(Answer.Json("1"), Answer.Json("2"));

        Assert.Equal((1, 2), (await NumberAsync(lookup), await NumberAsync(lookup)));
        Assert.Equal((0, 0), (Count("hit"), Count("miss")));
    }

    [Fact]
    public async Task A_hit_allocates_nothing()
    {
        var lookup = Lookup(Answer.Json("""{"title":"Zürich"}"""));
        await lookup.GetJsonAsync(Some.Uri);
        await lookup.GetAsync(Some.Uri);
        Ask(100);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Ask(1_000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(2, Server.Count);

        void Ask(int times)
        {
            for (var n = 0; n < times; n++)
            {
                Assert.True(IsDone(lookup.GetJsonAsync(Some.Uri)) && IsDone(lookup.GetAsync(Some.Uri)));
            }
        }
    }

    [Fact]
    public async Task All_who_are_given_a_kept_answer_read_the_same_bytes()
    {
        var lookup = Lookup(Answer.Json("""{"title":"Zürich"}"""));
        var first = await lookup.GetJsonAsync(Some.Uri);
        var second = await lookup.GetJsonAsync(new Uri(Some.Uri.AbsoluteUri));

        Assert.True(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(first) == System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(second), "The bytes were copied.");
    }

    [Fact]
    public async Task Json_and_raw_answers_of_one_address_are_kept_apart()
    {
        var lookup = Lookup(Answer.Json("1"), Answer.Bytes([2]));

        Assert.Equal(1, await NumberAsync(lookup));
        Assert.Equal([2], (await lookup.GetAsync(Some.Uri)).Body.ToArray());
        Assert.Equal(1, await NumberAsync(lookup));
    }

    [Fact]
    public async Task Not_there_is_kept_for_its_own_time()
    {
        var lookup = Lookup(Answer.Status(404), Answer.Json("2"));
        var first = await Assert.ThrowsAsync<LookupException>(async () => await NumberAsync(lookup));

        Clock.Pass(TimeSpan.FromSeconds(4.9));
        var kept = await Assert.ThrowsAsync<LookupException>(async () => await NumberAsync(lookup));
        Assert.Equal((first.Error, 0), (kept.Error, kept.Attempts));
        Assert.Equal(1, Server.Count);
        Clock.Pass(TimeSpan.FromSeconds(0.1));

        Assert.Equal(2, await NumberAsync(lookup));
    }

    [Fact]
    public async Task A_raw_answer_of_not_there_is_kept_for_that_time_too()
    {
        var lookup = Lookup(Answer.Status(410), Answer.Bytes([2]));
        await lookup.GetAsync(Some.Uri);
        Assert.Equal(410, (int)(await lookup.GetAsync(Some.Uri)).Status);
        Clock.Pass(TimeSpan.FromSeconds(5));

        Assert.True((await lookup.GetAsync(Some.Uri)).IsSuccess);
    }

    [Fact]
    public async Task Not_there_is_not_kept_at_a_time_of_zero()
    {
        Options.Cache.NegativeTimeToLive = TimeSpan.Zero;
        var lookup = Lookup(Answer.Status(404), Answer.Json("2"));
        await Assert.ThrowsAsync<LookupException>(async () => await NumberAsync(lookup));

        Assert.Equal(2, await NumberAsync(lookup));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    public async Task Another_refusal_is_not_kept(int status)
    {
        var lookup = Lookup(Answer.Status(status), Answer.Bytes([2]));
        Assert.Equal(status, (int)(await lookup.GetAsync(Some.Uri)).Status);

        Assert.True((await lookup.GetAsync(Some.Uri)).IsSuccess);
    }

    [Fact]
    public async Task An_api_that_says_so_with_a_success_is_understood()
    {
        var lookup = Lookup(json => (AnswerLife)json.GetInt32(), Answer.Json("1"), Answer.Json("2"), Answer.Json("0"));
        Assert.Equal(1, await NumberAsync(lookup));
        Assert.Equal(1, await NumberAsync(lookup));
        Clock.Pass(TimeSpan.FromSeconds(5));

        Assert.Equal(2, await NumberAsync(lookup));
        Assert.Equal(0, await NumberAsync(lookup));
        Clock.Pass(TimeSpan.FromMinutes(4));
        Assert.Equal(0, await NumberAsync(lookup));
        Assert.Equal(3, Server.Count);
    }

    [Fact]
    public async Task A_failure_is_one_for_all_who_waited_and_is_not_kept()
    {
        Options.Attempts = 1;
        var gate = new TaskCompletionSource<HttpResponseMessage>();
        var lookup = Lookup(_ => gate.Task, Answer.Json("2"));
        var all = Enumerable.Range(0, 10).Select(_ => NumberAsync(lookup)).ToList();
        gate.SetException(new HttpRequestException("connection refused"));

        foreach (var waiting in all)
        {
            await Assert.ThrowsAsync<LookupException>(() => waiting);
        }

        Assert.Equal(1, Server.Count);
        Assert.Equal(2, await NumberAsync(lookup));
    }

    [Fact]
    public async Task What_is_posted_is_sent_each_time()
    {
        var lookup = Lookup(Answer.Ok);
        var post = new LookupPost("{}"u8.ToArray(), "application/json", []);
        await lookup.PostAsync(Some.Uri, post);
        await lookup.PostAsync(Some.Uri, post);

        Assert.Equal(2, Server.Count);
    }

    [Fact]
    public async Task The_bytes_and_what_is_dropped_are_measured()
    {
        Options.Cache.MaxBytes = 1_500;
        var lookup = Lookup(Answer.Json("1"));
        for (var n = 0; n < 10; n++)
        {
            await lookup.GetJsonAsync(new Uri($"https://en.example.org/{n}"));
        }

        Assert.Equal(8, Meter.Sum("millrace.lookup.cache.evictions", Options.Name));
        Assert.InRange(Meter.Sum("millrace.lookup.cache.size", Options.Name), 1_000, 1_500);
    }

    [Theory]
    [InlineData("MaxBytes")]
    [InlineData("TimeToLive")]
    [InlineData("NegativeTimeToLive")]
    [InlineData("StaleWhileRevalidate")]
    public void A_value_out_of_range_is_refused_by_name(string key)
    {
        var property = typeof(LookupCacheOptions).GetProperty(key)!;
        property.SetValue(Options.Cache, property.PropertyType == typeof(long) ? -1L : TimeSpan.FromSeconds(-1));

        var exception = Assert.Throws<ArgumentException>(() => Lookup(Answer.Ok));

        Assert.Contains($"Cache: The field {key}", exception.Message, StringComparison.Ordinal);
    }

    private static bool IsDone<T>(ValueTask<T> asked) => asked.IsCompletedSuccessfully;
}
