namespace Millrace.Lookups.Tests;

public sealed class FlightGroupTests
{
    private readonly FlightGroup<string, int> _flights = new();
    private readonly TaskCompletionSource<int> _answer = new();
    private int _started;
    private CancellationToken _flight;

    [Fact]
    public async Task Those_who_want_the_same_at_a_time_share_one_fetch()
    {
        var all = Enumerable.Range(0, 100).Select(_ => JoinAsync()).ToList();
        _answer.SetResult(7);

        Assert.All(await Task.WhenAll(all), answer => Assert.Equal(7, answer));
        Assert.Equal(1, _started);
    }

    [Fact]
    public async Task Those_who_want_another_thing_do_not()
    {
        var all = new[] { JoinAsync("a"), JoinAsync("b") };
        _answer.SetResult(7);
        await Task.WhenAll(all);

        Assert.Equal(2, _started);
    }

    [Fact]
    public async Task One_who_gives_up_leaves_the_others_their_answer_even_the_one_who_began()
    {
        using var impatient = new CancellationTokenSource();
        var first = JoinAsync(cancellation: impatient.Token);
        var second = JoinAsync();

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.False(_flight.IsCancellationRequested);
        _answer.SetResult(7);

        Assert.Equal(7, await second);
        Assert.Equal(1, _started);
    }

    [Fact]
    public async Task When_all_have_given_up_the_fetch_is_cancelled_and_the_next_one_begins_anew()
    {
        using var impatient = new CancellationTokenSource();
        var all = new[] { JoinAsync(cancellation: impatient.Token), JoinAsync(cancellation: impatient.Token) };

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(all));
        Assert.True(_flight.IsCancellationRequested);

        var next = JoinAsync();
        _answer.SetResult(7);
        Assert.Equal(7, await next);
        Assert.Equal(2, _started);
    }

    [Fact]
    public async Task A_failure_is_that_of_all_who_waited_and_of_nobody_after()
    {
        var all = Enumerable.Range(0, 3).Select(_ => JoinAsync()).ToList();
        _answer.SetException(new InvalidDataException("broken"));

        foreach (var waiting in all)
        {
            await Assert.ThrowsAsync<InvalidDataException>(() => waiting);
        }

        Assert.Equal(8, await _flights.JoinAsync("a", _ => Task.FromResult(8), CancellationToken.None));
        Assert.Equal(1, _started);
    }

    private Task<int> JoinAsync(string key = "a", CancellationToken cancellation = default) => _flights.JoinAsync(key, flight =>
    {
        (_started, _flight) = (_started + 1, flight);
        return _answer.Task;
    }, cancellation);
}
