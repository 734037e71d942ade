namespace Millrace.Lookups.Tests;

public sealed class HttpLookupTimingTests : IDisposable
{
    private readonly CountingClock _clock = new();
    private readonly List<HttpLookup> _lookups = [];
    private ScriptedServer _server = null!;

    public void Dispose() => _lookups.ForEach(lookup => lookup.Dispose());

    [Fact]
    public async Task No_pause_is_longer_than_the_longest()
    {
        var options = Some.Options();
        options.Attempts = 20;
        options.CircuitMinimumThroughput = 1_000;

        await _clock.FailureOfAsync(Lookup(options, Answer.Status(500)).GetJsonAsync(Some.Uri));

        Assert.Equal(20, _server.Count);
        // The clock steps by 50 ms, so a pause may look longer by that much.
        Assert.All(Pauses(), pause => Assert.InRange(pause, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1_050)));
    }

    [Fact]
    public async Task Pauses_differ_so_that_those_who_failed_together_do_not_return_together()
    {
        var options = Some.Options();
        options.Attempts = 2;
        options.BaseDelay = options.MaxDelay = TimeSpan.FromSeconds(10);
        options.CircuitMinimumThroughput = 1_000;
        var lookup = Lookup(options, Answer.Status(500));

        var pauses = new HashSet<TimeSpan>();
        for (var i = 0; i < 20; i++)
        {
            _server.Times.Clear();
            await _clock.FailureOfAsync(lookup.GetJsonAsync(Some.Uri));
            pauses.Add(Pauses().Single());
        }

        Assert.True(pauses.Count > 1, "All 20 pauses were alike.");
    }

    [Fact]
    public async Task Pauses_grow()
    {
        var options = Some.Options();
        options.Attempts = 9;
        options.MaxDelay = TimeSpan.FromHours(1);
        options.TotalTimeout = TimeSpan.FromHours(1);

        // One row of pauses is a matter of luck, as they are drawn; fifty rows are not.
        var (first, last) = (0.0, 0.0);
        for (var row = 0; row < 50; row++)
        {
            await _clock.FailureOfAsync(Lookup(options, Answer.Status(500)).GetJsonAsync(Some.Uri));
            var pauses = Pauses().ToList();
            Assert.Equal(8, pauses.Count);
            first += pauses[0].TotalSeconds;
            last += pauses[^1].TotalSeconds;
        }

        Assert.True(last > 8 * first, $"From {first / 50} s to {last / 50} s on average in eight steps.");
    }

    [Fact]
    public async Task Retry_after_in_seconds_is_waited_for_even_beyond_the_longest_pause()
    {
        await _clock.PassUntilDoneAsync(Lookup(Answer.Status(429, "30"), Answer.Ok).GetJsonAsync(Some.Uri));

        Assert.Equal(TimeSpan.FromSeconds(30), Pauses().Single());
    }

    [Fact]
    public async Task Retry_after_as_a_date_is_waited_for()
    {
        var date = (_clock.GetUtcNow() + TimeSpan.FromSeconds(20)).ToString("R");

        await _clock.PassUntilDoneAsync(Lookup(Answer.Status(503, date), Answer.Ok).GetJsonAsync(Some.Uri));

        Assert.Equal(TimeSpan.FromSeconds(20), Pauses().Single());
    }

    [Fact]
    public async Task Retry_after_in_the_past_is_no_pause_at_all()
    {
        var date = (_clock.GetUtcNow() - TimeSpan.FromSeconds(20)).ToString("R");

        await Lookup(Answer.Status(503, date), Answer.Ok).GetJsonAsync(Some.Uri);

        Assert.Equal(TimeSpan.Zero, Pauses().Single());
    }

    [Fact]
    public async Task Retry_after_that_does_not_fit_the_whole_lookup_ends_it_at_once()
    {
        var failure = await Assert.ThrowsAsync<LookupException>(async () => await Lookup(Answer.Status(429, "61"), Answer.Ok).GetJsonAsync(Some.Uri));

        Assert.Equal(LookupErrorTypes.Status, failure.Error.Type);
        Assert.Contains("asks to wait 61 s", failure.Error.Message, StringComparison.Ordinal);
        Assert.Equal(1, _server.Count);
    }

    [Fact]
    public async Task Retry_after_that_is_no_time_is_as_if_absent()
    {
        await _clock.PassUntilDoneAsync(Lookup(Answer.Status(503, "soon"), Answer.Ok).GetJsonAsync(Some.Uri));

        Assert.InRange(Pauses().Single(), TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1_050));
    }

    [Fact]
    public async Task An_attempt_that_takes_too_long_is_given_up_and_repeated()
    {
        var lookup = Lookup(Answer.Hang, Answer.Ok).GetJsonAsync(Some.Uri);
        _clock.Pass(TimeSpan.FromSeconds(9.9));
        Assert.Equal(1, _server.Count);

        await _clock.PassUntilDoneAsync(lookup);

        Assert.Equal(2, _server.Count);
        Assert.InRange(Pauses().Single(), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(11.05));
    }

    [Fact]
    public async Task A_server_that_always_takes_too_long_is_a_timeout()
    {
        var failure = await _clock.FailureOfAsync(Lookup(Answer.Hang).GetJsonAsync(Some.Uri));

        Assert.Equal(LookupErrorTypes.Timeout, failure.Error.Type);
        Assert.Contains("after 3 attempts: there was no whole answer within 10 s", failure.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_transports_own_timeout_is_a_failed_attempt_and_no_cancellation()
    {
        var failure = await _clock.FailureOfAsync(
            Lookup(_ => Task.FromException<HttpResponseMessage>(new TaskCanceledException("connect"))).GetJsonAsync(Some.Uri));

        Assert.Equal(LookupErrorTypes.Timeout, failure.Error.Type);
        Assert.Equal(3, _server.Count);
    }

    [Fact]
    public async Task The_whole_lookup_ends_in_time_whatever_its_attempts_may_still_do()
    {
        var options = Some.Options();
        options.TotalTimeout = TimeSpan.FromSeconds(15);
        var started = _clock.GetUtcNow();

        var failure = await _clock.FailureOfAsync(Lookup(options, Answer.Status(503), Answer.Hang).GetJsonAsync(Some.Uri));

        Assert.Equal(LookupErrorTypes.Timeout, failure.Error.Type);
        Assert.Contains("the 15 s for the whole lookup are over; before that, there was no whole answer within 10 s", failure.Error.Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(15), _clock.GetUtcNow() - started);
        Assert.Equal(3, failure.Attempts);
    }

    [Fact]
    public async Task A_caller_who_gives_up_during_an_attempt_gets_a_cancellation()
    {
        using var caller = new CancellationTokenSource();
        var lookup = Lookup(Answer.Hang).GetJsonAsync(Some.Uri, caller.Token).AsTask();

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lookup);
        Assert.Equal(1, _server.Count);
    }

    [Fact]
    public async Task A_caller_who_gives_up_during_a_pause_gets_a_cancellation()
    {
        using var caller = new CancellationTokenSource();
        var lookup = Lookup(Answer.Status(429, "30")).GetJsonAsync(Some.Uri, caller.Token).AsTask();

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lookup);
    }

    [Fact]
    public async Task A_caller_who_gave_up_before_asks_for_nothing()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Lookup(Answer.Ok).GetJsonAsync(Some.Uri, new CancellationToken(canceled: true)));

        Assert.Empty(_server.Requests);
    }

    private IEnumerable<TimeSpan> Pauses() => _server.Times.Zip(_server.Times.Skip(1), (earlier, later) => later - earlier);

    private HttpLookup Lookup(params Func<CancellationToken, Task<HttpResponseMessage>>[] script) => Lookup(Some.Options(), script);

    private HttpLookup Lookup(LookupOptions options, params Func<CancellationToken, Task<HttpResponseMessage>>[] script)
    {
        _server = new ScriptedServer(_clock, script);
        var lookup = new HttpLookup(options, _clock, handler: _server);
        _lookups.Add(lookup);
        return lookup;
    }
}
