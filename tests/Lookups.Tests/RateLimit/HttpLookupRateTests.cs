namespace Millrace.Lookups.Tests;

public sealed class HttpLookupRateTests : IDisposable
{
    private readonly CountingClock _clock = new();
    private readonly MeterReadings _meter = new();
    private readonly LookupOptions _options = Some.Options();

    public HttpLookupRateTests()
    {
        _options.Name = Guid.NewGuid().ToString();
        (_options.RateLimit.RequestsPerSecond, _options.RateLimit.Burst) = (10, 1);
    }

    public void Dispose() => _meter.Dispose();

    [Fact]
    public async Task Requests_to_a_host_keep_their_distance()
    {
        var server = new ScriptedServer(_clock, Answer.Ok);
        using var lookup = new HttpLookup(_options, _clock, handler: server);
        var all = Enumerable.Range(0, 5).Select(_ => lookup.GetJsonAsync(Some.Uri).AsTask()).ToList();
        Assert.Equal(4, _meter.Sum("millrace.lookup.rate_limit.waiting", _options.Name));

        await all[0];
        foreach (var next in all.Skip(1))
        {
            _clock.Pass(TimeSpan.FromMilliseconds(99));
            Assert.False(next.IsCompleted);
            _clock.Pass(TimeSpan.FromMilliseconds(1));
            await next;
        }

        Assert.All(server.Times.Zip(server.Times.Skip(1)), pair => Assert.Equal(TimeSpan.FromMilliseconds(100), pair.Second - pair.First));
        Assert.Equal(0, _meter.Sum("millrace.lookup.rate_limit.waiting", _options.Name));
    }

    [Fact]
    public async Task Hosts_do_not_wait_for_each_other()
    {
        using var lookup = new HttpLookup(_options, _clock, handler: new ScriptedServer(_clock, Answer.Ok));

        await lookup.GetJsonAsync(new Uri("https://en.example.org/"));
        await lookup.GetJsonAsync(new Uri("https://de.example.org/"));

        Assert.False(lookup.GetJsonAsync(new Uri("https://EN.example.org/")).AsTask().IsCompleted);
    }

    [Fact]
    public async Task Further_attempts_wait_for_their_turn_too()
    {
        _options.BaseDelay = TimeSpan.FromMilliseconds(1);
        _options.RateLimit.RequestsPerSecond = 0.1;
        var server = new ScriptedServer(_clock, Answer.Status(500), Answer.Ok);
        using var lookup = new HttpLookup(_options, _clock, handler: server);

        var answer = lookup.GetJsonAsync(Some.Uri).AsTask();
        _clock.Pass(TimeSpan.FromSeconds(1));
        Assert.Single(server.Times);
        _clock.Pass(TimeSpan.FromSeconds(9));
        await answer;

        Assert.Equal(TimeSpan.FromSeconds(10), server.Times[1] - server.Times[0]);
    }

    [Fact]
    public async Task Waiting_is_no_part_of_the_attempts_time_but_of_the_lookups()
    {
        (_options.RateLimit.RequestsPerSecond, _options.AttemptTimeout, _options.TotalTimeout) = (0.05, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(50));
        using var lookup = new HttpLookup(_options, _clock, handler: new ScriptedServer(_clock, Answer.Ok));
        var all = Enumerable.Range(0, 5).Select(_ => lookup.GetJsonAsync(Some.Uri).AsTask()).ToList();

        await all[0];
        foreach (var next in all[1..3])
        {
            _clock.Pass(TimeSpan.FromSeconds(20));
            await next;
        }

        _clock.Pass(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<LookupException>(() => all[3]);
        var failure = await Assert.ThrowsAsync<LookupException>(() => all[4]);
        Assert.Equal(LookupErrorTypes.Timeout, failure.Error.Type);
        Assert.Contains("it waited for its turn under the rate limit", failure.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_is_kept_needs_no_turn()
    {
        _options.Cache.MaxBytes = 10_000;
        using var lookup = new HttpLookup(_options, _clock, handler: new ScriptedServer(_clock, Answer.Ok));

        await lookup.GetJsonAsync(Some.Uri);
        await lookup.GetJsonAsync(Some.Uri);
    }

    [Fact]
    public async Task Hosts_that_events_make_up_are_forgotten_when_they_rest()
    {
        using var rates = new HostRates(_options.RateLimit, "n", _clock);
        for (var n = 0; n < 20_000; n++)
        {
            await rates.PassAsync($"{n}.example.org", default);
            _clock.Pass(TimeSpan.FromMilliseconds(1));
        }

        Assert.InRange(rates.Count, 1, 1_000);
    }

    [Fact]
    public void A_rate_out_of_range_is_refused_by_name()
    {
        _options.RateLimit.RequestsPerSecond = -1;

        var exception = Assert.Throws<ArgumentException>(() => new HttpLookup(_options, _clock));

        Assert.Contains("RateLimit: The field RequestsPerSecond", exception.Message, StringComparison.Ordinal);
    }
}
