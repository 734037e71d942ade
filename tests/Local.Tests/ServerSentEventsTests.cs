using System.Net;
using System.Text;

namespace Millrace.Local.Tests;

/// <summary>The rules of time and of refusal, on a clock that stands still and answers from a script.</summary>
public sealed class ServerSentEventsTests : IDisposable
{
    private static readonly Uri Uri = new("https://stream.example.org/v2/stream/recentchange");
    private readonly WatchedClock _clock = new();
    private readonly List<IDisposable> _open = [];
    private Script _script = null!;

    public void Dispose()
    {
        _open.ForEach(one => one.Dispose());
        _clock.Dispose();
    }

    [Fact]
    public async Task The_request_says_what_it_wants_and_where_to_resume()
    {
        await NextAsync(Read(Stream("data: x\n\n")).GetAsyncEnumerator());
        await NextAsync(Client(Stream("data: x\n\n")).ReadAsync(Uri, "eqiad.7").GetAsyncEnumerator());

        var request = _script.Requests[0];
        Assert.Equal("text/event-stream", request.Headers.Accept.ToString());
        Assert.Equal("Millrace/0.1", request.Headers.UserAgent.ToString());
        Assert.Equal(["eqiad.7"], request.Headers.GetValues("Last-Event-ID"));
    }

    [Fact]
    public async Task A_frame_that_the_end_of_the_connection_cuts_is_dropped_and_its_id_too()
    {
        var events = Read(Stream("id: 1\ndata: whole\n\nid: 2\ndata: cut"), Stream("id: 2\ndata: again\n\n")).GetAsyncEnumerator();

        Assert.Equal("whole", await NextAsync(events));
        Assert.Equal("again", await NextAsync(events));
        Assert.Equal(["1"], _script.Requests[1].Headers.GetValues("Last-Event-ID"));
    }

    [Fact]
    public async Task An_id_with_nul_is_ignored()
    {
        var events = Read(Stream("id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n")).GetAsyncEnumerator();
        await NextAsync(events);
        await NextAsync(events);

        Assert.Equal("1", events.Current.Id);
    }

    [Fact]
    public async Task An_empty_id_forgets_where_to_resume()
    {
        var events = Read(Stream("id: 1\ndata: a\n\nid\ndata: b\n\n"), Stream("data: c\n\n")).GetAsyncEnumerator();
        await NextAsync(events);
        await NextAsync(events);
        await NextAsync(events);

        Assert.False(_script.Requests[1].Headers.Contains("Last-Event-ID"));
    }

    [Theory]
    [InlineData(HttpStatusCode.NoContent)]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.Found)]
    [InlineData(HttpStatusCode.PartialContent)]
    public async Task A_server_that_will_not_give_the_stream_ends_the_feed(HttpStatusCode status)
    {
        var events = Read(_ => new HttpResponseMessage(status)).GetAsyncEnumerator();

        var exception = await Assert.ThrowsAsync<FeedException>(() => NextAsync(events));

        Assert.Contains(Uri.ToString(), exception.Message, StringComparison.Ordinal);
        Assert.Contains($"{(int)status}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_of_another_type_ends_the_feed()
    {
        var events = Read(_ => new HttpResponseMessage { Content = new StringContent("<html>", Encoding.UTF8, "text/html") }).GetAsyncEnumerator();

        var exception = await Assert.ThrowsAsync<FeedException>(() => NextAsync(events));

        Assert.Contains("'text/html'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pauses_double_up_to_the_longest_and_shrink_once_events_come_again()
    {
        var events = Read(Refuse(503), Refuse(500), Broken, Refuse(502), Refuse(503), Stream("data: x\n\n"), Stream("data: x\n\n"))
            .GetAsyncEnumerator();

        await NextAsync(events);
        await NextAsync(events);

        // A pause is up to a quarter longer than its step.
        var steps = new[] { 1, 2, 4, 8, 8, 1 };
        Assert.Equal(steps.Length, _script.Pauses.Count());
        Assert.All(_script.Pauses.Zip(steps), both => Assert.InRange(both.First.TotalSeconds, both.Second, (both.Second * 1.25) + 0.1));
    }

    [Fact]
    public async Task The_stream_may_set_another_pause()
    {
        var events = Read(Stream("retry: 3000\ndata: x\n\n"), Stream("data: x\n\n")).GetAsyncEnumerator();
        await NextAsync(events);
        await NextAsync(events);

        Assert.InRange(_script.Pauses.Single().TotalSeconds, 3, 3.85);
    }

    [Fact]
    public async Task A_pause_that_the_stream_set_lasts_over_connections_that_set_none()
    {
        var events = Read(Stream("retry: 3000\ndata: x\n\n"), Stream("data: x\n\n"), Stream("data: x\n\n")).GetAsyncEnumerator();
        await NextAsync(events);
        await NextAsync(events);
        await NextAsync(events);

        Assert.All(_script.Pauses, pause => Assert.InRange(pause.TotalSeconds, 3, 3.85));
    }

    [Fact]
    public async Task Retry_after_is_waited_for_even_beyond_the_longest_pause()
    {
        var events = Read(Refuse(429, "20"), Stream("data: x\n\n")).GetAsyncEnumerator();
        await NextAsync(events);

        Assert.InRange(_script.Pauses.Single().TotalSeconds, 20, 20.1);
    }

    [Fact]
    public async Task Retry_after_as_a_date_is_waited_for()
    {
        var events = Read(Refuse(503, (_clock.GetUtcNow() + TimeSpan.FromSeconds(20)).ToString("R")), Stream("data: x\n\n")).GetAsyncEnumerator();
        await NextAsync(events);

        Assert.InRange(_script.Pauses.Single().TotalSeconds, 20, 20.1);
    }

    [Fact]
    public async Task What_a_server_asks_for_is_cut_at_a_limit()
    {
        var events = Read(Refuse(503, "999999"), Stream("retry: 999999999\ndata: x\n\n"), Stream("data: x\n\n")).GetAsyncEnumerator();
        await NextAsync(events);
        await NextAsync(events);

        Assert.All(_script.Pauses, pause => Assert.InRange(pause.TotalSeconds, 30, 37.6));
    }

    [Fact]
    public async Task A_connection_that_falls_silent_is_made_anew()
    {
        var events = Read(Silent("id: 1\ndata: x\n\n"), Stream("data: y\n\n")).GetAsyncEnumerator();
        await NextAsync(events);
        var started = _clock.GetUtcNow();

        Assert.Equal("y", await NextAsync(events));

        Assert.InRange((_clock.GetUtcNow() - started).TotalSeconds, 11, 11.4);
        Assert.Equal(["1"], _script.Requests[1].Headers.GetValues("Last-Event-ID"));
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_asked_again()
    {
        var events = Client(Stream("data: y\n\n"), hangs: 1).ReadAsync(Uri).GetAsyncEnumerator();

        Assert.Equal("y", await NextAsync(events));
        Assert.Equal(2, _script.Requests.Count);
    }

    [Fact]
    public async Task Heartbeats_keep_a_connection_alive_and_are_no_events()
    {
        var beats = new Beats(_clock, TimeSpan.FromSeconds(9), 20, "data: x\n\n"u8.ToArray());
        var events = Read(_ => Answer(beats)).GetAsyncEnumerator();

        Assert.Equal("x", await NextAsync(events));
        Assert.Single(_script.Requests);
    }

    [Fact]
    public async Task The_time_that_the_caller_takes_is_not_the_servers_silence()
    {
        var events = Read(Stream("data: x\n\n", "data: y\n\n")).GetAsyncEnumerator();
        await NextAsync(events);
        _clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal("y", await NextAsync(events));
        Assert.Single(_script.Requests);
    }

    [Theory]
    [InlineData("data: 34567\n\n", true)]
    [InlineData("data: 345678\n\n", false)]
    [InlineData("data: 3\ndata: 3\n\n", false)]
    [InlineData(": 34567\n: 34567\n: 34567\ndata: 34567\n\n", true)]
    [InlineData(": 3456789012\n", false)]
    [InlineData("data: 34567\r\n\r\ndata: 34567\r\n\r\n", true)]
    [InlineData("data: 34567\r\rdata: 34567\r\r", true)]
    public async Task An_event_weighs_its_lines_but_comments(string text, bool accepted)
    {
        foreach (var parts in new[] { [text], text.Select(one => one.ToString()).ToArray() })
        {
            var options = new ServerSentEventsOptions { MaxEventBytes = 11 };
            var events = Client([Stream(parts)], options).ReadAsync(Uri).GetAsyncEnumerator();
            if (accepted)
            {
                Assert.Equal("34567", await NextAsync(events));
            }
            else
            {
                await Assert.ThrowsAsync<FeedException>(() => NextAsync(events));
            }
        }
    }

    [Fact]
    public async Task A_caller_who_gives_up_during_a_pause_gets_a_cancellation()
    {
        using var caller = new CancellationTokenSource();
        var events = Client([Refuse(503)]).ReadAsync(Uri, cancellationToken: caller.Token).GetAsyncEnumerator(caller.Token);
        var next = events.MoveNextAsync().AsTask();

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    [Fact]
    public async Task A_caller_who_gives_up_in_the_silence_gets_a_cancellation()
    {
        using var caller = new CancellationTokenSource();
        var events = Client([Silent("")]).ReadAsync(Uri, cancellationToken: caller.Token).GetAsyncEnumerator(caller.Token);
        var next = events.MoveNextAsync().AsTask();

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    [Fact]
    public void An_option_out_of_range_is_refused_by_name()
    {
        var exception = Assert.Throws<ArgumentException>(() => new ServerSentEvents(new ServerSentEventsOptions { MaxDelay = TimeSpan.Zero }, _clock));

        Assert.Contains("MaxDelay is '00:00:00'", exception.Message, StringComparison.Ordinal);
    }

    private static Func<int, HttpResponseMessage> Broken => _ => throw new HttpRequestException("connection refused");

    private static Func<int, HttpResponseMessage> Stream(params string[] parts) => _ => Answer(new Parts(parts, silent: false));

    private static Func<int, HttpResponseMessage> Silent(string start) => _ => Answer(new Parts([start], silent: true));

    private static Func<int, HttpResponseMessage> Refuse(int status, string? retryAfter = null) => _ =>
    {
        var response = new HttpResponseMessage((HttpStatusCode)status);
        response.Headers.TryAddWithoutValidation("Retry-After", retryAfter is null ? [] : [retryAfter]);
        return response;
    };

    private static HttpResponseMessage Answer(Stream body) =>
        new() { Content = new StreamContent(body) { Headers = { ContentType = new("text/event-stream") } } };

    private IAsyncEnumerable<SseEvent> Read(params Func<int, HttpResponseMessage>[] script) => Client(script).ReadAsync(Uri);

    private ServerSentEvents Client(Func<int, HttpResponseMessage> only, int hangs = 0) => Client([only], hangs: hangs);

    private ServerSentEvents Client(Func<int, HttpResponseMessage>[] script, ServerSentEventsOptions? options = null, int hangs = 0)
    {
        _script = new Script(_clock, script, hangs);
        var client = new ServerSentEvents(
            options ?? new ServerSentEventsOptions
            {
                MaxDelay = TimeSpan.FromSeconds(8),
                MaxAskedDelay = TimeSpan.FromSeconds(30),
                IdleTimeout = TimeSpan.FromSeconds(10),
            },
            _clock,
            handler: _script);
        _open.Add(client);
        return client;
    }

    /// <summary>The data of the next event; time passes in small steps while the reader waits for it to pass, and stands still while the reader does anything else.</summary>
    private async Task<string> NextAsync(IAsyncEnumerator<SseEvent> events)
    {
        // Away from the test framework's own context, on which the reader would otherwise go on at a time of its own.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var next = events.MoveNextAsync().AsTask();
        for (var step = 0; !next.IsCompleted && step < 20_000; step++)
        {
            var (armed, fired) = (_clock.Armed, _clock.Fired);
            _clock.Advance(TimeSpan.FromMilliseconds(50));
            do
            {
                await Task.Yield();
            }
            while (_clock.Fired != fired && _clock.Armed == armed && !next.IsCompleted);
        }

        Assert.True(next.IsCompleted, "No event came within 1,000 s.");
        Assert.True(await next);
        return Encoding.UTF8.GetString(events.Current.Data);
    }

    private sealed class Script(TimeProvider time, Func<int, HttpResponseMessage>[] script, int hangs) : HttpMessageHandler
    {
        private readonly List<DateTimeOffset> _times = [];

        public List<HttpRequestMessage> Requests { get; } = [];

        public IEnumerable<TimeSpan> Pauses => _times.Zip(_times.Skip(1), (earlier, later) => later - earlier);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add(request);
            _times.Add(time.GetUtcNow());
            if (Requests.Count <= hangs)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
            }

            return script[Math.Min(Requests.Count, script.Length) - 1](Requests.Count);
        }
    }

    /// <summary>Gives one part per read, then ends or falls silent.</summary>
    private sealed class Parts(string[] parts, bool silent) : MemoryStream
    {
        private int _next;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            while (_next < parts.Length)
            {
                var part = Encoding.UTF8.GetBytes(parts[_next++]);
                if (part.Length > 0)
                {
                    part.CopyTo(buffer);
                    return part.Length;
                }
            }

            if (silent)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            }

            return 0;
        }
    }

    /// <summary>Gives a comment at intervals, and in the end an event.</summary>
    private sealed class Beats(TimeProvider time, TimeSpan interval, int count, byte[] end) : MemoryStream
    {
        private int _given;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(interval, time, cancellationToken);
            var part = ++_given <= count ? ":\n"u8.ToArray() : end;
            part.CopyTo(buffer);
            return part.Length;
        }
    }
}
