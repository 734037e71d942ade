using System.Diagnostics.Metrics;

namespace Millrace.Lookups.Tests;

public sealed class HttpLookupCircuitTests : IDisposable
{
    private readonly CountingClock _clock = new();
    private ScriptedServer _server = null!;
    private HttpLookup? _lookup;

    public void Dispose() => _lookup?.Dispose();

    [Fact]
    public async Task An_open_circuit_lets_nothing_through_until_its_break_ends()
    {
        var lookup = await OpenCircuitAsync(Options(), Answer.Status(500), Answer.Status(500), Answer.Ok);
        var waiting = lookup.GetJsonAsync(Some.Uri).AsTask();

        _clock.Pass(TimeSpan.FromSeconds(4.9));
        Assert.Equal(2, _server.Count);
        Assert.False(waiting.IsCompleted);

        _clock.Pass(TimeSpan.FromSeconds(0.1));
        Assert.True((await waiting).GetProperty("ok").GetBoolean());
        Assert.Equal(3, _server.Count);
    }

    [Fact]
    public async Task Waiting_for_the_circuit_uses_up_no_attempts()
    {
        // The second failure opens the circuit, and the third, the probe, opens it again: two waits, and still four attempts.
        var options = Options();
        options.Attempts = 4;

        await _clock.PassUntilDoneAsync(Lookup(options, Answer.Status(500), Answer.Status(500), Answer.Status(500), Answer.Ok).GetJsonAsync(Some.Uri));

        Assert.Equal(4, _server.Count);
        Assert.All(Pauses().Skip(1), pause => Assert.InRange(pause, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(7)));
    }

    [Fact]
    public async Task A_break_that_does_not_fit_the_whole_lookup_ends_it_at_once()
    {
        var options = Options();
        options.CircuitBreakDuration = TimeSpan.FromMinutes(2);
        var lookup = await OpenCircuitAsync(options, Answer.Status(500), Answer.Status(500), Answer.Ok);

        var failure = await Assert.ThrowsAsync<LookupException>(async () => await lookup.GetJsonAsync(Some.Uri));

        Assert.Equal(LookupErrorTypes.CircuitOpen, failure.Error.Type);
        Assert.Equal(0, failure.Attempts);
        Assert.Equal(2, _server.Count);
    }

    [Fact]
    public async Task A_lookup_that_opened_the_circuit_itself_names_its_own_failure()
    {
        var options = Options();
        options.Attempts = 3;
        options.CircuitBreakDuration = TimeSpan.FromMinutes(2);

        var failure = await _clock.FailureOfAsync(Lookup(options, Answer.Status(502)).GetJsonAsync(Some.Uri));

        Assert.Equal(LookupErrorTypes.CircuitOpen, failure.Error.Type);
        Assert.Contains("before that, the server answered 502 Bad Gateway", failure.Error.Message, StringComparison.Ordinal);
        Assert.Equal(2, failure.Attempts);
    }

    [Fact]
    public async Task Those_who_wait_while_another_probes_go_on_soon_after_it()
    {
        var asked = new TaskCompletionSource();
        var answer = new TaskCompletionSource<HttpResponseMessage>();
        var lookup = await OpenCircuitAsync(Options(), Answer.Status(500), Answer.Status(500), Probe, Answer.Ok);
        var probing = lookup.GetJsonAsync(Some.Uri).AsTask();
        var waiting = lookup.GetJsonAsync(Some.Uri).AsTask();

        _clock.Pass(TimeSpan.FromSeconds(5));
        await asked.Task;
        Assert.Equal(3, _server.Count);

        answer.SetResult(await Answer.Ok(default));
        await probing;
        _clock.Pass(TimeSpan.FromSeconds(0.2));
        await waiting;
        Assert.Equal(4, _server.Count);

        Task<HttpResponseMessage> Probe(CancellationToken cancellationToken)
        {
            asked.SetResult();
            return answer.Task;
        }
    }

    [Fact]
    public async Task Answers_that_no_attempt_would_change_leave_the_circuit_closed()
    {
        var lookup = Lookup(Options(), Answer.Status(404));
        for (var i = 0; i < 10; i++)
        {
            await Assert.ThrowsAsync<LookupException>(async () => await lookup.GetJsonAsync(Some.Uri));
        }

        Assert.Equal(10, _server.Count);
    }

    [Fact]
    public async Task Timeouts_and_broken_bodies_open_the_circuit_too()
    {
        var lookup = await OpenCircuitAsync(Options(), Answer.Hang, Answer.Json("{"), Answer.Ok);
        var waiting = lookup.GetJsonAsync(Some.Uri).AsTask();

        Assert.Equal(2, _server.Count);
        _clock.Pass(TimeSpan.FromSeconds(5));
        await waiting;
    }

    private static LookupOptions Options()
    {
        var options = Some.Options();
        options.Attempts = 1;
        options.CircuitMinimumThroughput = 2;
        options.CircuitBreakDuration = TimeSpan.FromSeconds(5);
        return options;
    }

    [Fact]
    public async Task The_gauge_shows_the_circuit_and_failed_lookups_are_measured_by_their_type()
    {
        var options = Options();
        options.Name = "seen by its gauge";
        var (states, failures) = (new List<int>(), new List<object?>());
        using var listener = new MeterListener { InstrumentPublished = (instrument, listening) => listening.EnableMeasurementEvents(instrument) };
        listener.SetMeasurementEventCallback<int>((instrument, state, tags, _) =>
        {
            if (instrument.Name == "millrace.lookup.circuit.state" && tags[0].Value is "seen by its gauge")
            {
                states.Add(state);
            }
        });
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) =>
        {
            if (instrument.Name == "millrace.lookup.duration" && tags[0].Value is "seen by its gauge")
            {
                failures.Add(tags.Length > 1 ? tags[1].Value : null);
            }
        });
        listener.Start();

        var lookup = await OpenCircuitAsync(options, Answer.Status(500), Answer.Status(500), Answer.Ok);
        listener.RecordObservableInstruments();
        await _clock.PassUntilDoneAsync(lookup.GetJsonAsync(Some.Uri));
        listener.RecordObservableInstruments();
        lookup.Dispose();
        listener.RecordObservableInstruments();

        Assert.Equal([2, 0], states);
        Assert.Equal([LookupErrorTypes.Status, LookupErrorTypes.Status, null], failures);
    }

    /// <summary>The first two lines of the script fail, which opens the circuit.</summary>
    private async Task<HttpLookup> OpenCircuitAsync(LookupOptions options, params Func<CancellationToken, Task<HttpResponseMessage>>[] script)
    {
        var lookup = Lookup(options, script);
        await _clock.FailureOfAsync(lookup.GetJsonAsync(Some.Uri));
        await _clock.FailureOfAsync(lookup.GetJsonAsync(Some.Uri));
        return lookup;
    }

    private IEnumerable<TimeSpan> Pauses() => _server.Times.Zip(_server.Times.Skip(1), (earlier, later) => later - earlier);

    private HttpLookup Lookup(LookupOptions options, params Func<CancellationToken, Task<HttpResponseMessage>>[] script)
    {
        _server = new ScriptedServer(_clock, script);
        return _lookup = new HttpLookup(options, _clock, handler: _server);
    }
}
