using Millrace.Core;

namespace Millrace.Lookups.Tests;

public sealed class BatchedLookupTests
{
    private readonly CountingClock _clock = new();
    private readonly BatchOptions _options = new() { MaxKeys = 3, MaxDelay = TimeSpan.FromMilliseconds(10) };
    private readonly List<IReadOnlyList<string>> _asked = [];
    private TaskCompletionSource? _gate;
    private CancellationToken _request;

    [Fact]
    public async Task A_full_batch_is_asked_at_once_and_each_caller_has_its_own_answer()
    {
        var lookup = Lookup();

        var answers = await Task.WhenAll(Ask(lookup, "c", "a", "b"));

        Assert.Equal(["C", "A", "B"], answers);
        Assert.Equal(["c", "a", "b"], Assert.Single(_asked));
    }

    [Fact]
    public async Task A_batch_that_is_not_full_is_asked_when_its_first_key_has_waited_long_enough()
    {
        var lookup = Lookup();
        var first = Ask(lookup, "a");
        _clock.Pass(TimeSpan.FromMilliseconds(9));
        var second = Ask(lookup, "b");
        Assert.Empty(_asked);

        _clock.Pass(TimeSpan.FromMilliseconds(1));

        Assert.Equal(["A", "B"], await Task.WhenAll([.. first, .. second]));
        Assert.Equal(["a", "b"], Assert.Single(_asked));
    }

    [Fact]
    public async Task Equal_keys_are_asked_for_once_and_do_not_fill_the_batch()
    {
        var lookup = Lookup();

        var answers = await Task.WhenAll(Ask(lookup, "a", "a", "a", "b", "b", "c"));

        Assert.Equal(["A", "A", "A", "B", "B", "C"], answers);
        Assert.Equal(["a", "b", "c"], Assert.Single(_asked));
    }

    [Fact]
    public async Task Keys_are_equal_as_the_comparer_says()
    {
        var lookup = Lookup(comparer: StringComparer.OrdinalIgnoreCase);
        var all = Ask(lookup, "a", "A");
        _clock.Pass(TimeSpan.FromMilliseconds(10));

        await Task.WhenAll(all);
        Assert.Equal(["a"], Assert.Single(_asked));
    }

    [Fact]
    public async Task What_comes_while_a_batch_is_under_way_makes_the_next_one()
    {
        _gate = new();
        var lookup = Lookup();
        var all = Ask(lookup, "a", "b", "c", "a", "d");
        _clock.Pass(TimeSpan.FromMilliseconds(10));
        _gate.SetResult();

        await Task.WhenAll(all);
        Assert.Equal([["a", "b", "c"], ["a", "d"]], _asked);
    }

    [Fact]
    public async Task One_bad_key_fails_for_itself_alone()
    {
        var bad = new StageError("bad_key", "The API refuses 'b'.") { Transient = true };
        var lookup = Lookup(key => key == "b" ? bad : key.ToUpperInvariant());
        var all = Ask(lookup, "a", "b", "c");

        Assert.Equal(("A", "C"), (await all[0], await all[2]));
        Assert.Same(bad, (await Assert.ThrowsAsync<StageException>(() => all[1])).Error);
    }

    [Fact]
    public async Task A_key_that_the_answer_leaves_out_has_none()
    {
        var lookup = Lookup(key => key == "b" ? default(BatchAnswer<string>?) : key.ToUpperInvariant());
        var all = Ask(lookup, "a", "b", "c");

        Assert.Equal("A", await all[0]);
        var failure = await Assert.ThrowsAsync<StageException>(() => all[1]);
        Assert.Equal((LookupErrorTypes.NoAnswer, "The batch's answer says nothing about 'b'."), (failure.Error.Type, failure.Error.Message));
    }

    [Fact]
    public async Task A_batch_that_fails_is_the_failure_of_all_its_keys_and_of_no_other_batch()
    {
        var fails = true;
        var lookup = Lookup(key => fails ? throw new StageException(new StageError("down", "The API is down.") { Transient = true }) : key);
        var all = Ask(lookup, "a", "b", "c");
        foreach (var waiting in all)
        {
            Assert.True((await Assert.ThrowsAsync<StageException>(() => waiting)).Error.Transient);
        }

        fails = false;
        Assert.Equal(["a", "b", "c"], await Task.WhenAll(Ask(lookup, "a", "b", "c")));
    }

    [Fact]
    public async Task Requests_are_repeated_by_the_lookups_own_rules()
    {
        var server = new ScriptedServer(_clock, Answer.Status(503), Answer.Json("""{"a":1,"b":2,"c":3}"""));
        using var http = new HttpLookup(Some.Options(), _clock, handler: server);
        var lookup = new BatchedLookup<string, int>(_options, async (keys, cancellation) =>
        {
            var answer = await http.GetJsonAsync(new Uri($"https://en.example.org/?ids={string.Join('|', keys)}"), cancellation);
            return answer.EnumerateObject().ToDictionary(property => property.Name, property => (BatchAnswer<int>)property.Value.GetInt32());
        }, _clock);

        var all = Task.WhenAll(new[] { "a", "b", "c" }.Select(key => lookup.GetAsync(key).AsTask()));

        var answers = await _clock.PassUntilDoneAsync(new ValueTask<int[]>(all));
        Assert.Equal([1, 2, 3], answers);
        Assert.Equal(2, server.Count);
    }

    [Fact]
    public async Task Who_gives_up_before_the_batch_leaves_takes_its_key_along()
    {
        var lookup = Lookup();
        using var impatient = new CancellationTokenSource();
        var (first, shared, other) = (lookup.GetAsync("a", impatient.Token).AsTask(), lookup.GetAsync("b", impatient.Token).AsTask(), Ask(lookup, "b")[0]);

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => shared);
        _clock.Pass(TimeSpan.FromMilliseconds(10));

        Assert.Equal("B", await other);
        Assert.Equal(["b"], Assert.Single(_asked));
    }

    [Fact]
    public async Task A_batch_that_all_have_given_up_is_never_asked()
    {
        var lookup = Lookup();
        using var impatient = new CancellationTokenSource();
        var only = lookup.GetAsync("a", impatient.Token).AsTask();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => only);
        _clock.Pass(TimeSpan.FromMilliseconds(10));

        Assert.Empty(_asked);
        Assert.Equal(["A", "B", "C"], await Task.WhenAll(Ask(lookup, "a", "b", "c")));
    }

    [Fact]
    public async Task A_request_ends_when_the_last_one_gives_up_and_not_before()
    {
        _gate = new();
        var lookup = Lookup();
        using var one = new CancellationTokenSource();
        using var rest = new CancellationTokenSource();
        var all = new[] { lookup.GetAsync("a", one.Token).AsTask(), lookup.GetAsync("b", rest.Token).AsTask(), lookup.GetAsync("c", rest.Token).AsTask() };

        await one.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => all[0]);
        Assert.False(_request.IsCancellationRequested);
        await rest.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(all));

        Assert.True(_request.IsCancellationRequested);
    }

    [Fact]
    public async Task From_all_sides_at_once_nobody_is_forgotten_and_no_batch_is_too_large()
    {
        _options.MaxKeys = 7;
        var lookup = Lookup();
        var all = Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            for (var n = 0; n < 2_000; n++)
            {
                var key = $"w{worker}-{n % 13}";
                Assert.Equal(key.ToUpperInvariant(), await lookup.GetAsync(key));
            }
        })));
        while (!all.IsCompleted)
        {
            _clock.Pass(TimeSpan.FromMilliseconds(10));
            await Task.Yield();
        }

        await all;
        Assert.All(_asked, keys => Assert.InRange(keys.Count, 1, 7));
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(1, 0)]
    public void An_option_out_of_range_is_refused_by_name(int keys, int milliseconds)
    {
        (_options.MaxKeys, _options.MaxDelay) = (keys, TimeSpan.FromMilliseconds(milliseconds));

        var exception = Assert.Throws<ArgumentException>(() => Lookup());

        Assert.Contains($"BatchOptions: {(keys == 0 ? "MaxKeys is 0" : "MaxDelay is 00:00:00")}; allowed is", exception.Message, StringComparison.Ordinal);
    }

    private static List<Task<string>> Ask(BatchedLookup<string, string> lookup, params string[] keys) => [.. keys.Select(key => lookup.GetAsync(key).AsTask())];

    private BatchedLookup<string, string> Lookup(Func<string, BatchAnswer<string>?>? say = null, IEqualityComparer<string>? comparer = null) => new(_options, async (keys, cancellation) =>
    {
        lock (_asked)
        {
            _asked.Add(keys);
            _request = cancellation;
        }

        if (_gate is { } gate)
        {
            await gate.Task;
        }

        var answers = new Dictionary<string, BatchAnswer<string>>();
        foreach (var key in keys)
        {
            if ((say is null ? key.ToUpperInvariant() : say(key)) is { } answer)
            {
                answers.Add(key, answer);
            }
        }

        return answers;
    }, _clock, comparer);
}
