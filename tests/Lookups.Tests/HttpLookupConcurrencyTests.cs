using System.Threading.Channels;

namespace Millrace.Lookups.Tests;

public sealed class HttpLookupConcurrencyTests
{
    [Fact]
    public async Task No_more_lookups_than_allowed_are_under_way_and_the_others_wait_their_turn()
    {
        var server = new GatedServer();
        var options = Some.Options();
        options.MaxConcurrency = 3;
        using var lookup = new HttpLookup(options, new CountingClock(), handler: server);

        var all = Enumerable.Range(0, 50).Select(_ => lookup.GetJsonAsync(Some.Uri).AsTask()).ToList();
        for (var answered = 0; answered < all.Count; answered++)
        {
            (await server.NextAsync()).SetResult(await Answer.Ok(default));
        }

        await Task.WhenAll(all);
        Assert.Equal(3, server.Most);
    }

    [Fact]
    public async Task A_caller_may_give_up_waiting_for_its_turn()
    {
        var server = new GatedServer();
        var options = Some.Options();
        options.MaxConcurrency = 1;
        using var lookup = new HttpLookup(options, new CountingClock(), handler: server);
        var first = lookup.GetJsonAsync(Some.Uri).AsTask();
        using var caller = new CancellationTokenSource();
        var second = lookup.GetJsonAsync(Some.Uri, caller.Token).AsTask();

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        (await server.NextAsync()).SetResult(await Answer.Ok(default));
        await first;
    }

    [Fact]
    public async Task Waiting_for_a_turn_counts_against_the_whole_lookup()
    {
        var clock = new CountingClock();
        var options = Some.Options();
        options.MaxConcurrency = 1;
        options.AttemptTimeout = TimeSpan.FromMinutes(10);
        var server = new ScriptedServer(clock, Answer.Hang);
        using var lookup = new HttpLookup(options, clock, handler: server);
        var first = lookup.GetJsonAsync(Some.Uri).AsTask();
        clock.Pass(TimeSpan.FromSeconds(1));
        var second = lookup.GetJsonAsync(Some.Uri).AsTask();

        // The first one's end frees the turn a second before the other's time is over.
        clock.Pass(TimeSpan.FromSeconds(59));
        await Assert.ThrowsAsync<LookupException>(() => first);
        clock.Pass(TimeSpan.FromSeconds(1));

        var failure = await Assert.ThrowsAsync<LookupException>(() => second);
        Assert.Equal(LookupErrorTypes.Timeout, failure.Error.Type);
    }

    /// <summary>Answers only when told to, one request at a time.</summary>
    private sealed class GatedServer : HttpMessageHandler
    {
        private readonly Channel<TaskCompletionSource<HttpResponseMessage>> _requests =
            Channel.CreateUnbounded<TaskCompletionSource<HttpResponseMessage>>();

        private int _underWay;

        public int Most { get; private set; }

        public ValueTask<TaskCompletionSource<HttpResponseMessage>> NextAsync() => _requests.Reader.ReadAsync();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var now = Interlocked.Increment(ref _underWay);
            lock (_requests)
            {
                Most = Math.Max(Most, now);
            }

            var answer = new TaskCompletionSource<HttpResponseMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
            _requests.Writer.TryWrite(answer);
            try
            {
                return await answer.Task.WaitAsync(cancellationToken);
            }
            finally
            {
                Interlocked.Decrement(ref _underWay);
            }
        }
    }
}
