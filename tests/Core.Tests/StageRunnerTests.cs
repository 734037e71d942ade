using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Millrace.Testing;
using Xunit.Abstractions;

namespace Millrace.Core.Tests;

public sealed class StageRunnerTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(64)]
    public async Task Outcomes_leave_in_offset_order_however_long_each_event_takes(int concurrency)
    {
        var random = Seeded();
        var stage = new StageFunc(async (input, _) =>
        {
            for (var turns = Next(random, 20); turns > 0; turns--)
            {
                await Task.Yield();
            }

            return StageFunc.Emit(input);
        });
        var harness = Harness(stage, options => options.Concurrency = concurrency);

        await harness.RunAsync([.. Enumerable.Range(0, 2_000).Select(n => Some.Record(n, key: null, partition: n % 3))]);

        for (var partition = 0; partition < 3; partition++)
        {
            var offsets = harness.Sink.SettledOf(new StreamPartition(Some.Input, partition)).Select(settled => settled.Input.Position.Offset).ToList();
            Assert.Equal(Enumerable.Range(0, 2_000).Where(n => n % 3 == partition).Select(n => (long)n), offsets);
        }

        Assert.Equal((2_000, 2_000, 0, 0), Account(harness.Tally));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public async Task Of_a_checkpoint_that_was_set_back_only_a_batch_that_begins_there_is_settled(long setBackTo)
    {
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMinutes(1) };
        var (stage, sink) = (Some.Stage(), new InMemorySink { KnowsCheckpoints = true });
        var runner = new StageRunner(stage, new StagePipeline(stage, StageFunc.Echo, new AnySchema(), time), sink, time, NullLogger<StageRunner>.Instance);
        EventRecord[] Records(int from, int to) => [.. Enumerable.Range(from, to - from).Select(n => Some.Record(n))];
        await runner.RunAsync(Records(0, 10), CancellationToken.None);
        sink.Checkpoint = _ => setBackTo;

        var zombie = runner.RunAsync(Records(10, 20), CancellationToken.None);
        while (!zombie.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(30));
            await Task.Yield();
        }

        var refusal = await Assert.ThrowsAsync<SinkException>(() => zombie);
        Assert.Contains($"was set back from 10 to {setBackTo}, and this batch, from 10 on, was read before that", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(10, sink.Settled.Count);
        await runner.RunAsync(Records((int)setBackTo, 20), CancellationToken.None);
        Assert.Equal(10 + 20 - (int)setBackTo, sink.Settled.Count);
    }

    [Fact]
    public async Task Events_of_one_key_never_overtake_each_other_and_never_run_together()
    {
        var random = Seeded();
        var running = new ConcurrentDictionary<string, int>();
        var seen = new ConcurrentDictionary<string, ConcurrentQueue<long>>();
        var overlaps = 0;
        var stage = new StageFunc(async (input, _) =>
        {
            var key = input.Root.Child("id").Text()!;
            seen.GetOrAdd(key, _ => new()).Enqueue(input.Root.Child("n").Number()!.Value);
            if (running.AddOrUpdate(key, 1, (_, count) => count + 1) > 1)
            {
                Interlocked.Increment(ref overlaps);
            }

            for (var turns = Next(random, 10); turns > 0; turns--)
            {
                await Task.Yield();
            }

            running.AddOrUpdate(key, 0, (_, count) => count - 1);
            return StageFunc.Emit(input);
        });
        var harness = Harness(stage, options => options.Concurrency = 32);

        await harness.RunAsync([.. Enumerable.Range(0, 1_000).Select(n => Some.Record(n, key: $"k{Next(random, 7)}"))]);

        Assert.Equal(0, overlaps);
        Assert.Equal(1_000, harness.Tally.Emitted);
        Assert.All(seen.Values, offsets => Assert.Equal(offsets.Order(), offsets));
    }

    [Fact]
    public async Task As_many_events_run_at_a_time_as_the_options_allow_and_no_more()
    {
        var (running, most) = (0, 0);
        var full = new TaskCompletionSource();
        var stage = new StageFunc(async (input, cancellation) =>
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            if (now == 5)
            {
                full.TrySetResult();
            }

            await full.Task.WaitAsync(cancellation);
            await Task.Yield();
            Interlocked.Decrement(ref running);
            return StageFunc.Emit(input);
        });

        await Harness(stage, options => options.Concurrency = 5).RunAsync(Batch(100));

        Assert.Equal(5, most);
    }

    [Fact]
    public async Task One_slow_event_lets_others_pass_only_as_far_as_the_reorder_window()
    {
        var slow = new TaskCompletionSource();
        var started = 0;
        var stage = new StageFunc(async (input, cancellation) =>
        {
            if (input.Root.Child("n").Number() == 0)
            {
                await slow.Task.WaitAsync(cancellation);
            }
            else if (Interlocked.Increment(ref started) == 11)
            {
                slow.SetResult();
            }

            return StageFunc.Emit(input);
        });
        var harness = Harness(stage, options => (options.Concurrency, options.ReorderFactor) = (4, 3));

        await harness.RunAsync(Batch(100));

        // The window holds twelve: the slow one and eleven that overtook it. The eleventh ends the wait.
        Assert.Equal(Enumerable.Range(0, 100).Select(n => (long)n), harness.Sink.Settled.Select(settled => settled.Input.Position.Offset));
    }

    [Fact]
    public async Task What_is_in_flight_is_bounded_in_bytes()
    {
        var (running, most) = (0, 0);
        var stage = new StageFunc(async (input, _) =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref running));
            await Task.Yield();
            Interlocked.Decrement(ref running);
            return StageFunc.Emit(input);
        });
        var large = new string('x', 30_000);
        var harness = Harness(stage, options => (options.Concurrency, options.MaxBytesInFlight) = (64, 64 * 1024));

        await harness.RunAsync([.. Enumerable.Range(0, 50).Select(n => Some.Record(n, key: null, change: body => body["text"] = large))]);

        Assert.InRange(most, 1, 3);
        Assert.Equal(50, harness.Tally.Emitted);
    }

    [Fact]
    public async Task An_event_larger_than_the_whole_budget_still_passes()
    {
        var harness = Harness(StageFunc.Echo, options => options.MaxBytesInFlight = 64 * 1024);

        await harness.RunAsync([Some.Record(0, change: body => body["text"] = new string('x', 300_000)), Some.Record(1)]);

        Assert.Equal(2, harness.Tally.Emitted);
    }

    [Fact]
    public async Task Without_order_a_finished_event_does_not_wait_for_an_earlier_one()
    {
        var others = new TaskCompletionSource();
        var finished = 0;
        var stage = new StageFunc(async (input, cancellation) =>
        {
            if (input.Root.Child("n").Number() == 0)
            {
                await others.Task.WaitAsync(cancellation);
            }
            else if (Interlocked.Increment(ref finished) == 90)
            {
                others.SetResult();
            }

            return StageFunc.Emit(input);
        });
        var harness = Harness(stage, options => (options.Concurrency, options.ReorderFactor, options.Ordered) = (2, 1, false));

        await harness.RunAsync(Batch(100));

        var place = harness.Sink.Settled.Select(settled => settled.Input.Position.Offset).ToList().IndexOf(0);
        Assert.InRange(place, 80, 99);
    }

    [Fact]
    public async Task Partitions_run_beside_each_other()
    {
        var other = new TaskCompletionSource();
        var stage = new StageFunc(async (input, cancellation) =>
        {
            if (input.Record.Position.Partition == 0)
            {
                await other.Task.WaitAsync(cancellation);
            }
            else
            {
                other.SetResult();
            }

            return StageFunc.Emit(input);
        });

        var harness = Harness(stage, options => options.Concurrency = 1);
        await harness.RunAsync([Some.Record(0, partition: 0), Some.Record(0, partition: 1)]);

        Assert.Equal(2, harness.Tally.Emitted);
    }

    [Fact]
    public async Task Records_below_the_checkpoint_are_dropped()
    {
        var harness = Harness(StageFunc.Echo);
        harness.Sink.Checkpoint = _ => 7;

        await harness.RunAsync(Batch(10));

        Assert.Equal([7L, 8L, 9L], harness.Sink.Settled.Select(settled => settled.Input.Position.Offset));
        Assert.Equal((3, 3, 0, 0), Account(harness.Tally));
        Assert.Equal(7, harness.Tally.Dropped);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_sink_that_fails_throws_after_a_pause_and_gives_the_events_back(bool onAppend)
    {
        var time = new FakeTimeProvider();
        var stage = Some.Stage();
        var sink = new InMemorySink();
        var runner = new StageRunner(stage, new StagePipeline(stage, StageFunc.Echo, new AnySchema(), time), sink, time, NullLogger<StageRunner>.Instance);
        if (onAppend)
        {
            sink.OnAppend = _ => throw new SinkException("The sink is down.");
        }
        else
        {
            sink.OnSettle = _ => throw new SinkException("The sink is down.");
        }

        var run = runner.RunAsync(Batch(10), CancellationToken.None);
        while (!run.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        await Assert.ThrowsAsync<SinkException>(() => run);
        Assert.True(time.GetUtcNow() - time.Start >= TimeSpan.FromSeconds(0.25));
        Assert.Equal((0, 0, 0, 0), Account(runner.Tally));

        (sink.OnAppend, sink.OnSettle) = (null, null);
        await runner.RunAsync(Batch(10), CancellationToken.None);
        Assert.Equal((10, 10, 0, 0), Account(runner.Tally));
    }

    [Fact]
    public async Task What_the_sink_refuses_becomes_one_error_event()
    {
        var harness = Harness(StageFunc.Echo);
        harness.Sink.Refuses = processed => processed is { Outcome: Outcome.Emitted, Input.Position.Offset: 4 } ? "larger than the topic takes" : null;

        await harness.RunAsync(Batch(10));

        Assert.Equal((10, 9, 0, 1), Account(harness.Tally));
        var error = Assert.Single(harness.Errors);
        Assert.Equal(ErrorTypes.OutputTooLarge, error.Child("error_type").Text());
        Assert.Contains("larger than the topic takes", error.Child("message").Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_event_that_the_sink_refuses_is_cut_until_it_fits()
    {
        var harness = Harness(StageFunc.Echo);
        harness.Sink.Refuses = processed => processed.Outputs.Any(record => record.Value.Length > 100_000) ? "too large" : null;

        await harness.RunAsync([Some.Raw(Encoding.UTF8.GetBytes("[" + new string('1', 500_000)), 0)]);

        var error = Assert.Single(harness.Errors);
        Assert.Contains("raw_event holds the first", error.Child("message").Text(), StringComparison.Ordinal);
        Assert.StartsWith("[1111", error.Child("raw_event").Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_settles_what_has_left_in_order_and_leaves_nothing_running()
    {
        using var stop = new CancellationTokenSource();
        var running = 0;
        var stage = new StageFunc(async (input, cancellation) =>
        {
            Interlocked.Increment(ref running);
            try
            {
                if (input.Root.Child("n").Number() == 20)
                {
                    await stop.CancelAsync();
                }

                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, input.Root.Child("n").Number() >= 20 ? cancellation : new CancellationToken(true))
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellation.ThrowIfCancellationRequested();
                return StageFunc.Emit(input);
            }
            finally
            {
                Interlocked.Decrement(ref running);
            }
        });
        var harness = Harness(stage, options => (options.Concurrency, options.DrainTime) = (4, TimeSpan.Zero));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => harness.RunAsync(Batch(100), stop.Token));

        Assert.Equal(0, running);
        var settled = harness.Sink.Settled.Select(processed => processed.Input.Position.Offset).ToList();
        Assert.Equal(Enumerable.Range(0, settled.Count).Select(n => (long)n), settled);
        Assert.InRange(settled.Count, 0, 20);
        Assert.Equal((settled.Count, settled.Count, 0, 0), Account(harness.Tally));
    }

    [Fact]
    public async Task Stopping_lets_events_end_that_are_being_worked_on_and_begins_no_others()
    {
        using var stop = new CancellationTokenSource();
        var (started, ending) = (0, new TaskCompletionSource());
        var stage = new StageFunc(async (input, cancellation) =>
        {
            if (Interlocked.Increment(ref started) == 4)
            {
                await stop.CancelAsync();
                ending.SetResult();
            }

            await ending.Task.WaitAsync(cancellation);
            return StageFunc.Emit(input);
        });
        var harness = Harness(stage, options => options.Concurrency = 4);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => harness.RunAsync(Batch(100), stop.Token));

        Assert.Equal(4, started);
        Assert.Equal([0L, 1, 2, 3], harness.Sink.Settled.Select(processed => processed.Input.Position.Offset));
        Assert.Equal((4, 4, 0, 0), Account(harness.Tally));
    }

    [Fact]
    public async Task Stopping_without_order_settles_nothing_of_a_batch_that_did_not_end()
    {
        using var stop = new CancellationTokenSource();
        var stage = new StageFunc(async (input, _) =>
        {
            if (input.Root.Child("n").Number() == 3)
            {
                await stop.CancelAsync();
            }

            return StageFunc.Emit(input);
        });
        var harness = Harness(stage, options => (options.Concurrency, options.Ordered) = (1, false));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => harness.RunAsync(Batch(100), stop.Token));

        Assert.Empty(harness.Sink.Settled);
        Assert.Equal((0, 0, 0, 0), Account(harness.Tally));
    }

    [Fact]
    public async Task A_batch_that_ends_while_the_host_stops_is_settled_whole()
    {
        using var stop = new CancellationTokenSource();
        var stage = new StageFunc(async (input, _) =>
        {
            if (input.Root.Child("n").Number() == 9)
            {
                await stop.CancelAsync();
            }

            return StageFunc.Emit(input);
        });
        var harness = Harness(stage, options => options.Concurrency = 1);

        await harness.RunAsync(Batch(10), stop.Token);

        Assert.Equal((10, 10, 0, 0), Account(harness.Tally));
    }

    [Fact]
    public async Task A_sink_that_is_down_blocks_its_partition_which_tries_again_without_doing_the_work_again()
    {
        var time = new FakeTimeProvider();
        var stage = Some.Stage();
        var (sink, worked, tries) = (new InMemorySink(), 0, 0);
        var author = new StageFunc((input, _) =>
        {
            Interlocked.Increment(ref worked);
            return new(StageFunc.Emit(input));
        });
        var runner = new StageRunner(stage, new StagePipeline(stage, author, new AnySchema(), time), sink, time, NullLogger<StageRunner>.Instance);
        var down = true;
        sink.OnSettle = partition =>
        {
            if (partition.Partition == 1 && Volatile.Read(ref down))
            {
                Interlocked.Increment(ref tries);
                throw new SinkException("The sink is down.") { CanRetry = true };
            }
        };

        var run = runner.RunAsync([Some.Record(0), Some.Record(0, partition: 1)], CancellationToken.None);
        while (Volatile.Read(ref tries) < 5)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal("The sink is down.", runner.Tally.Blocked[new StreamPartition(Some.Input, 1)]);
        Assert.Single(runner.Tally.Blocked);
        Assert.False(run.IsCompleted);
        Assert.Equal(1, runner.Tally.Emitted);
        Volatile.Write(ref down, false);
        while (!run.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await run;
        Assert.Empty(runner.Tally.Blocked);
        Assert.Equal(2, worked);
        Assert.Equal((2, 2, 0, 0), Account(runner.Tally));
    }

    [Fact]
    public async Task A_host_that_stops_does_not_wait_for_a_sink_that_is_down()
    {
        var time = new FakeTimeProvider();
        using var stop = new CancellationTokenSource();
        var stage = Some.Stage(options => options.DrainTime = TimeSpan.Zero);
        var sink = new InMemorySink { OnSettle = _ => throw new SinkException("The sink is down.") { CanRetry = true } };
        var runner = new StageRunner(stage, new StagePipeline(stage, StageFunc.Echo, new AnySchema(), time), sink, time, NullLogger<StageRunner>.Instance);
        var run = runner.RunAsync(Batch(3), stop.Token);

        await stop.CancelAsync();
        while (!run.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.NotNull(await Record.ExceptionAsync(() => run));
        Assert.Empty(runner.Tally.Blocked);
        Assert.Equal((0, 0, 0, 0), Account(runner.Tally));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Outcomes_that_wait_in_memory_are_settled_early_where_they_are_many_bytes_and_in_order(bool ordered)
    {
        var harness = Harness(StageFunc.Echo, options => (options.MaxBytesInFlight, options.Ordered) = (64 * 1024, ordered));
        var settlings = 0;
        (harness.Sink.HoldsOutcomes, harness.Sink.OnSettle) = (true, _ => settlings++);

        await harness.RunAsync([.. Enumerable.Range(0, 20).Select(n => Some.Record(n, change: body => body["text"] = new string('x', 10_000)))]);

        Assert.Equal(ordered, settlings > 3);
        Assert.Equal((20, 20, 0, 0), Account(harness.Tally));
    }

    [Fact]
    public async Task What_a_rebalance_put_into_a_batch_twice_is_done_once_and_in_order()
    {
        var harness = Harness(StageFunc.Echo);

        await harness.RunAsync([.. new[] { 3, 4, 5, 1, 2, 3, 4, 5, 6 }.Select(offset => Some.Record(offset))]);

        Assert.Equal([1, 2, 3, 4, 5, 6], harness.Outputs.Select(output => output.Child("n").Number()!.Value));
        Assert.Equal((6, 6, 0, 0), Account(harness.Tally));
        Assert.Equal(3, harness.Tally.Dropped);
    }

    [Fact]
    public async Task A_session_is_asked_for_before_a_call_returns_so_that_calls_of_a_partition_keep_their_order()
    {
        var harness = Harness(StageFunc.Echo);
        var opened = new List<StreamPartition>();
        harness.Sink.Checkpoint = partition =>
        {
            opened.Add(partition);
            return 0;
        };

        var call = harness.RunAsync([Some.Record(0), Some.Record(0, partition: 1)]);

        Assert.Equal([new StreamPartition(Some.Input, 0), new StreamPartition(Some.Input, 1)], opened);
        await call;
    }

    [Fact]
    public async Task A_process_that_is_out_of_memory_blames_no_event()
    {
        var (full, time) = (true, new FakeTimeProvider());
        var stage = new StageFunc((input, _) => full ? throw new InsufficientMemoryException("full") : new(StageFunc.Emit(input)));
        var harness = new StageHarness(Some.Stage(), stage, new AnySchema(), time);

        var run = harness.RunAsync([Some.Record(0)]);
        while (!run.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await Assert.ThrowsAsync<InsufficientMemoryException>(() => run);
        Assert.Equal((0, 0, 0, 0), Account(harness.Tally));
        full = false;
        await harness.RunAsync([Some.Record(0)]);

        Assert.Empty(harness.Errors);
        Assert.Equal((1, 1, 0, 0), Account(harness.Tally));
    }

    [Fact]
    public async Task Every_event_is_accounted_for_whatever_becomes_of_it()
    {
        var random = Seeded();
        var stage = new StageFunc((input, _) => (input.Root.Child("n").Number() % 4) switch
        {
            0 => new(StageFunc.Emit(input)),
            1 => new(new Outcome.Filtered("odd")),
            2 => new(new Outcome.Failed(new StageError("bad_luck", "It failed."))),
            _ => throw new InvalidOperationException("It broke."),
        });
        var harness = Harness(stage, options => options.Concurrency = 8);

        await harness.RunAsync([.. Enumerable.Range(0, 400).Select(n => Some.Record(n, key: $"k{Next(random, 5)}"))]);

        Assert.Equal((400, 100, 100, 200), Account(harness.Tally));
        Assert.Equal(100, harness.Tally.FilteredBy["odd"]);
        Assert.Equal(100, harness.Tally.FailedBy["bad_luck"]);
        Assert.Equal(100, harness.Tally.FailedBy[ErrorTypes.Unexpected]);
        Assert.Equal(200, harness.Errors.Count);
    }

    private static StageHarness Harness(IStage stage, Action<StageOptions>? configure = null) => new(Some.Stage(configure), stage, new AnySchema());

    private static List<EventRecord> Batch(int count) => [.. Enumerable.Range(0, count).Select(n => Some.Record(n, key: null))];

    private static (long In, long Emitted, long Filtered, long Failed) Account(StageTally tally) => (tally.In, tally.Emitted, tally.Filtered, tally.Failed);

    private static void InterlockedMax(ref int most, int candidate)
    {
        for (var seen = most; candidate > seen;)
        {
            seen = Interlocked.CompareExchange(ref most, candidate, seen) is var found && found == seen ? candidate : found;
        }
    }

    private static int Next(Random random, int max)
    {
        lock (random)
        {
            return random.Next(max);
        }
    }

    private Random Seeded()
    {
        var seed = Environment.GetEnvironmentVariable("MILLRACE_SEED") is { } given ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture) : Random.Shared.Next();
        output.WriteLine($"MILLRACE_SEED={seed}");
        return new Random(seed);
    }
}
