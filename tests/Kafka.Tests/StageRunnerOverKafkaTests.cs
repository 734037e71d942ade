using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Millrace.Broker;
using Millrace.Core;
using Millrace.Testing;

namespace Millrace.Kafka.Tests;

/// <summary>A stage whose outcomes go to a broker: the account must balance against what is in the topics.</summary>
public sealed class StageRunnerOverKafkaTests : KafkaFixture
{
    private const string Errors = "Test.error";

    public StageRunnerOverKafkaTests()
    {
        Broker.CreateTopic(Some.Input);
        Broker.CreateTopic(Some.Output);
        Broker.CreateTopic(Errors);
    }

    [Fact]
    public async Task Every_outcome_is_in_its_topic_in_the_order_of_the_inputs()
    {
        var stage = new StageFunc((input, _) => new((input.Root.GetProperty("n").GetInt64() % 3) switch
        {
            0 => StageFunc.Emit(input),
            1 => new Outcome.Filtered("odd"),
            _ => new Outcome.Failed(new StageError("bad_luck", "It was not its day.")),
        }));
        var runner = Runner(Sink(), stage);

        await runner.RunAsync(Batch(300), CancellationToken.None);

        Assert.Equal(Enumerable.Range(0, 100).Select(n => 3L * n), Read(Some.Output, 100).Select(record => Json(record).GetProperty("n").GetInt64()));
        Assert.Equal(Enumerable.Range(0, 100).Select(n => (3L * n) + 2), Read(Errors, 100).Select(record => Source(record).GetProperty("offset").GetInt64()));
        Assert.Equal((300, 100, 100, 100), Account(runner.Tally));
    }

    [Fact]
    public async Task An_output_has_the_key_of_its_stream_the_headers_of_its_input_and_its_own_time()
    {
        var runner = Runner(Sink(), StageFunc.Echo);
        var input = Some.Record(7);
        RecordHeader[] headers = [new("a", [1]), new("none", null), new("a", [2])];

        await runner.RunAsync([new EventRecord { Position = input.Position, Key = input.Key, Value = input.Value, Headers = headers, Timestamp = input.Timestamp }], CancellationToken.None);

        var record = Assert.Single(Read(Some.Output, 1)).Message;
        Assert.Equal("""{"id":"a"}""", Encoding.UTF8.GetString(record.Key!));
        Assert.Equal(["a", "none", "a", "traceparent"], record.Headers.Select(header => header.Key));
        Assert.Equal([[1], null, [2]], record.Headers.Take(3).Select(header => header.GetValueBytes()));
        var time = JsonElement.Parse(record.Value).GetProperty("meta").GetProperty("dt").GetDateTimeOffset();
        Assert.Equal(time.ToUnixTimeMilliseconds(), record.Timestamp.UnixTimestampMs);
    }

    [Fact]
    public async Task An_output_that_the_broker_finds_too_large_ends_as_one_error_event()
    {
        var runner = Runner(Sink(), StageFunc.Echo);
        Broker.Faults.Fail(ApiKey.Produce, 2, KafkaError.MessageTooLarge);

        await runner.RunAsync(Batch(1), CancellationToken.None);
        await runner.RunAsync([Some.Record(1)], CancellationToken.None);

        var error = Json(Assert.Single(Read(Errors, 1)));
        Assert.Equal(ErrorTypes.OutputTooLarge, error.GetProperty("error_type").GetString());
        Assert.Equal(Encoding.UTF8.GetString(Some.Record(0).Value!), error.GetProperty("raw_event").GetString());
        Assert.Equal([1L], Read(Some.Output, 1).Select(record => Json(record).GetProperty("n").GetInt64()));
        Assert.Equal((2, 1, 0, 1), Account(runner.Tally));
        Assert.Single(Read(Errors, 1));
    }

    [Fact]
    public async Task An_output_that_the_client_finds_too_large_ends_as_one_error_event_and_its_neighbours_are_emitted()
    {
        var stage = new StageFunc((input, _) =>
        {
            var draft = EventDraft.From(input);
            draft.Root.Set("filling", input.Root.GetProperty("n").GetInt64() == 1 ? new string('x', 20_000) : "");
            return new(new Outcome.Emitted([draft]));
        });
        var runner = Runner(Sink(maxMessageBytes: 10_000), stage);

        await runner.RunAsync(Batch(3), CancellationToken.None);

        Assert.Equal([0L, 2L], Read(Some.Output, 2).Select(record => Json(record).GetProperty("n").GetInt64()));
        Assert.Equal(1, Source(Assert.Single(Read(Errors, 1))).GetProperty("offset").GetInt64());
        Assert.Equal((3, 2, 0, 1), Account(runner.Tally));
    }

    [Fact]
    public async Task An_error_event_that_is_too_large_is_cut_until_it_fits()
    {
        var runner = Runner(Sink(maxMessageBytes: 12_000), new StageFunc((_, _) => new(new Outcome.Failed(new StageError("bad_luck", "It was not its day.")))));

        await runner.RunAsync([Some.Record(0, change: body => body["filling"] = new string('x', 40_000))], CancellationToken.None);

        var error = Json(Assert.Single(Read(Errors, 1)));
        Assert.Equal("bad_luck", error.GetProperty("error_type").GetString());
        Assert.InRange(error.GetProperty("raw_event").GetString()!.Length, 1, 12_000);
        Assert.Equal((1, 0, 0, 1), Account(runner.Tally));
    }

    [Fact]
    public async Task A_batch_whose_broker_is_down_waits_shows_it_and_is_written_once_when_the_broker_is_back()
    {
        await ProduceAsync(Some.Input, 0, [.. Batch(20).Select(record => new Message<byte[]?, byte[]?> { Value = record.Value })]);
        var time = new FakeTimeProvider();
        var runner = Runner(Sink(("message.timeout.ms", "300")), StageFunc.Echo, time);
        await runner.RunAsync([Some.Record(0)], CancellationToken.None);
        await Broker.DownAsync();
        var run = runner.RunAsync(Batch(20), CancellationToken.None);
        while (runner.Tally.Blocked.Count == 0)
        {
            await Task.Yield();
        }

        Assert.False(run.IsCompleted);
        Assert.Equal((20, 1, 0, 0), Account(runner.Tally));
        Broker.Up();
        while (!run.IsCompleted)
        {
            // The runner waits between two tries.
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await run;
        Assert.Empty(runner.Tally.Blocked);
        Assert.Equal((20, 20, 0, 0), Account(runner.Tally));
        Assert.Equal(1, runner.Tally.Dropped);
        Assert.Equal(Enumerable.Range(0, 20).Select(n => (long)n), Read(Some.Output, 20).Select(record => Json(record).GetProperty("n").GetInt64()));
    }

    [Fact]
    public async Task Ids_of_outputs_are_the_same_in_every_process()
    {
        await Runner(Sink(), StageFunc.Echo).RunAsync(Batch(3), CancellationToken.None);
        var definition = Some.Stage(options => options.Delivery = Delivery.AtLeastOnce);
        var again = new StageRunner(
            definition, new StagePipeline(definition, StageFunc.Echo, new AnySchema(), TimeProvider.System), Sink(), TimeProvider.System, NullLogger<StageRunner>.Instance);
        await again.RunAsync(Batch(3), CancellationToken.None);

        var ids = Read(Some.Output, 6).Select(record => Json(record).GetProperty("meta").GetProperty("id").GetString()).ToList();
        Assert.Equal(ids.Take(3), ids.Skip(3));
        Assert.Equal(3, ids.Distinct().Count());
    }

    private static StageRunner Runner(KafkaSink sink, IStage stage, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        var definition = Some.Stage();
        return new StageRunner(definition, new StagePipeline(definition, stage, new AnySchema(), time), sink, time, NullLogger<StageRunner>.Instance);
    }

    private static List<EventRecord> Batch(int count) => [.. Enumerable.Range(0, count).Select(n => Some.Record(n))];

    private static (long In, long Emitted, long Filtered, long Failed) Account(StageTally tally) => (tally.In, tally.Emitted, tally.Filtered, tally.Failed);

    private static JsonElement Json(ConsumeResult<byte[]?, byte[]?> record) => JsonElement.Parse(record.Message.Value);

    private static JsonElement Source(ConsumeResult<byte[]?, byte[]?> record) => Json(record).GetProperty("meta").GetProperty("source");
}
