using System.Text;
using System.Text.Json;
using Millrace.Testing;

namespace Millrace.Core.Tests;

/// <summary>What a stage does with an event that it is given once more.</summary>
public sealed class ReplayTests
{
    private static readonly StageError Broken = new("broken", "It is broken.");
    private static readonly Guid Request = Guid.Parse("11111111-1111-4111-8111-111111111111");
    private static readonly Guid Error = Guid.Parse("22222222-2222-4222-8222-222222222222");
    private static readonly StreamPosition ErrorPosition = new("Test.error", 2, 40);

    [Fact]
    public async Task A_replay_becomes_the_event_that_the_original_would_have_become()
    {
        var original = await OutcomeAsync(StageFunc.Echo, Some.Record(17, partition: 1));
        var replayed = await OutcomeAsync(StageFunc.Echo, Replayed(Some.Record(17, partition: 1)));

        Assert.Equal(Id(original.Outputs[0]), Id(replayed.Outputs[0]));
        Assert.Equal(original.Outputs[0].Topic, replayed.Outputs[0].Topic);
        Assert.Equal(original.Outputs[0].Key, replayed.Outputs[0].Key);
    }

    [Fact]
    public async Task What_a_replay_becomes_keeps_the_stamp()
    {
        var replayed = await OutcomeAsync(StageFunc.Echo, Replayed(Some.Record(17), headers: [new RecordHeader("x", [1])]));

        Assert.Equal(["x", "traceparent", ReplayStamp.HeaderName], replayed.Outputs[0].Headers.Select(header => header.Name));
        Assert.Equal(Stamp(Some.Record(17)), ReplayStamp.Read(AsRecord(replayed.Outputs[0])));
    }

    [Fact]
    public async Task An_emitted_replay_marks_its_error_event_as_resolved()
    {
        var mark = Mark(await OutcomeAsync(StageFunc.Echo, Replayed(Some.Record(17), isEdited: true)));

        Assert.Equal((Error, ErrorState.Resolved, ErrorMark.Emitted, null), (mark.ErrorId, mark.State, mark.Outcome, mark.NewId));
        Assert.Equal((Request, ErrorPosition, true), (mark.Request, mark.Position, mark.IsEdited));
    }

    [Fact]
    public async Task A_filtered_replay_marks_its_error_event_as_resolved_too()
    {
        var processed = await OutcomeAsync(new StageFunc((_, _) => new(new Outcome.Filtered("no"))), Replayed(Some.Record(17)));

        Assert.Single(processed.Outputs);
        Assert.Equal((ErrorState.Resolved, ErrorMark.Filtered), (Mark(processed).State, Mark(processed).Outcome));
    }

    [Fact]
    public async Task A_replay_that_fails_again_has_an_error_event_of_its_own_that_leads_to_the_original_and_to_the_one_before()
    {
        var first = await OutcomeAsync(Failing, Some.Record(17, partition: 1));
        var again = await OutcomeAsync(Failing, Replayed(Some.Record(17, partition: 1), offset: 3));
        var error = JsonElement.Parse(again.Outputs[0].Value);

        Assert.NotEqual(Id(first.Outputs[0]), Id(again.Outputs[0]));
        Assert.Equal(OutputId.Create("Test.error", new StreamPosition("Test.replay", 1, 3), 0), Id(again.Outputs[0]));
        var source = error.Child("meta").Child("source");
        Assert.Equal((Some.Input, 1L, 17L), (source.Child("topic").Text(), source.Child("partition").Number(), source.Child("offset").Number()));
        var stamp = ReplayStamp.Read(AsRecord(again.Outputs[0]));
        Assert.Equal((new StreamPosition(Some.Input, 1, 17), Error), (stamp!.Origin, stamp.ErrorId));
        Assert.Equal(new ErrorInput(new StreamPosition("Test.replay", 1, 3), null), ErrorInput.Read(AsRecord(again.Outputs[0])));
    }

    [Fact]
    public async Task A_replay_that_fails_again_marks_the_one_before_with_the_newer_ones_id()
    {
        var again = await OutcomeAsync(Failing, Replayed(Some.Record(17)));

        Assert.Equal((Error, ErrorState.FailedAgain, Id(again.Outputs[0])), (Mark(again).ErrorId, Mark(again).State, Mark(again).NewId));
    }

    [Fact]
    public async Task An_output_that_the_sink_refuses_is_marked_as_failed()
    {
        var harness = Harness(StageFunc.Echo);
        harness.Sink.Refuses = processed => processed.Outcome is Outcome.Emitted ? "no" : null;

        await harness.RunAsync([Replayed(Some.Record(17))]);

        Assert.Equal(ErrorState.FailedAgain, Mark(harness.Sink.Settled.Single()).State);
    }

    [Fact]
    public async Task Marks_are_not_counted_as_outputs()
    {
        var harness = Harness(StageFunc.Echo);

        await harness.RunAsync([Replayed(Some.Record(17)), Some.Record(18)]);

        Assert.Equal((2, 2, 2), (harness.Tally.In, harness.Tally.Emitted, harness.Tally.Outputs));
    }

    [Fact]
    public async Task On_any_other_topic_a_stamp_is_ignored_and_not_passed_on()
    {
        var hostile = Stamp(Some.Record(99)).Header();
        var plain = Some.Record(17);
        var record = Some.Raw(plain.Value, 17, "a", 0, hostile, new RecordHeader(ErrorInput.HeaderName, "test.input/0/1"u8.ToArray()));

        var processed = await OutcomeAsync(StageFunc.Echo, record);
        var failed = await OutcomeAsync(Failing, record);

        Assert.Equal(Id((await OutcomeAsync(StageFunc.Echo, plain)).Outputs[0]), Id(processed.Outputs.Single()));
        Assert.Equal(["traceparent"], processed.Outputs[0].Headers.Select(header => header.Name));
        Assert.Equal(["traceparent"], failed.Outputs.Single().Headers.Select(header => header.Name));
        Assert.Equal(17, JsonElement.Parse(failed.Outputs[0].Value).Child("meta").Child("source").Child("offset").Number());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("end")]
    [InlineData("test.input/0/17/22222222-2222-4222-8222-222222222222")]
    [InlineData("test.input/0/17/no-uuid/Test.error/2/40/11111111-1111-4111-8111-111111111111")]
    [InlineData("test.input/0/-1/22222222-2222-4222-8222-222222222222/Test.error/2/40/11111111-1111-4111-8111-111111111111")]
    [InlineData("test.input/0/17/22222222-2222-4222-8222-222222222222/Test.error/2/40/11111111-1111-4111-8111-111111111111/other")]
    [InlineData("test.input/1/17/22222222-2222-4222-8222-222222222222/Test.error/2/40/11111111-1111-4111-8111-111111111111")]
    public async Task On_the_topic_of_replays_a_record_without_a_stamp_of_its_partition_fails_and_marks_nothing(string? stamp)
    {
        var record = At("Test.replay", Some.Record(17), 3, stamp is null ? [] : [new RecordHeader(ReplayStamp.HeaderName, Encoding.ASCII.GetBytes(stamp))]);

        var processed = await OutcomeAsync(StageFunc.Echo, record);

        var error = Assert.IsType<Outcome.Failed>(processed.Outcome).Error;
        Assert.Equal(ErrorTypes.WrongStream, error.Type);
        Assert.Contains("no header millrace-replay that says what it is a replay of: topic Test.replay is for those that `millrace errors replay` writes", error.Message, StringComparison.Ordinal);
        Assert.Single(processed.Outputs);
    }

    [Fact]
    public async Task A_stamp_of_a_topic_that_the_stage_does_not_read_fails()
    {
        var stamp = Stamp(Some.Record(17)) with { Origin = new StreamPosition("elsewhere", 0, 17) };

        var processed = await OutcomeAsync(StageFunc.Echo, At("Test.replay", Some.Record(17), 3, [stamp.Header()]));

        Assert.Contains("topic elsewhere carries no stream that Test reads", Assert.IsType<Outcome.Failed>(processed.Outcome).Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_end_of_a_request_is_no_event()
    {
        var end = new EventRecord { Position = new StreamPosition("Test.replay", 0, 4), Headers = [ReplayStamp.EndHeader] };

        var processed = await OutcomeAsync(Failing, end);

        Assert.Equal(("end_of_replay", 0), (Assert.IsType<Outcome.Filtered>(processed.Outcome).Reason, processed.Outputs.Count));
    }

    [Fact]
    public async Task On_any_other_topic_the_end_of_a_request_is_a_tombstone() =>
        Assert.Equal(ErrorTypes.NullValue, Assert.IsType<Outcome.Failed>((await OutcomeAsync(StageFunc.Echo, Some.Raw(null, 4, "a", 0, ReplayStamp.EndHeader))).Outcome).Error.Type);

    [Fact]
    public async Task A_tombstone_can_be_replayed_and_fails_as_one()
    {
        var processed = await OutcomeAsync(StageFunc.Echo, Replayed(Some.Raw(null, 17, "a")));

        Assert.Equal(ErrorTypes.NullValue, Assert.IsType<Outcome.Failed>(processed.Outcome).Error.Type);
        Assert.Equal(ErrorState.FailedAgain, Mark(processed).State);
    }

    [Fact]
    public async Task Replays_of_one_key_keep_their_order()
    {
        var seen = new List<long>();
        var stage = new StageFunc(async (input, _) =>
        {
            await Task.Yield();
            lock (seen)
            {
                seen.Add(input.Root.Child("n").Number()!.Value);
            }

            return StageFunc.Emit(input);
        });

        await Harness(stage).RunAsync([.. Enumerable.Range(0, 200).Select(n => Replayed(Some.Record(n), offset: n))]);

        Assert.Equal(Enumerable.Range(0, 200).Select(n => (long)n), seen);
    }

    [Fact]
    public void A_mark_is_read_as_it_was_written()
    {
        var mark = new ErrorMark
        {
            ErrorId = Error,
            Position = ErrorPosition,
            State = ErrorState.Resolved,
            Request = Request,
            Time = new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero),
            IsEdited = true,
            Outcome = ErrorMark.Emitted,
        };

        Assert.Equal(mark, ErrorMark.Read(AsRecord(mark.ToRecord("Test.error.resolved"))));
    }

    [Theory]
    [InlineData("""{"state":"resolved"}""")]
    [InlineData("""{"state":"closed","request":"11111111-1111-4111-8111-111111111111","position":"a/0/0"}""")]
    [InlineData("""{"state":"resolved","request":"11111111-1111-4111-8111-111111111111","position":"a/0"}""")]
    [InlineData("[]")]
    [InlineData("{")]
    public void What_is_no_mark_is_none(string value) =>
        Assert.Null(ErrorMark.Read(new EventRecord { Position = ErrorPosition, Key = Encoding.ASCII.GetBytes(Error.ToString()), Value = Encoding.UTF8.GetBytes(value) }));

    [Theory]
    [InlineData("""{"stages":{"S":{"inputs":["in"]}}}""", """{"streams":{"in":{"schema_title":"in"},"S.replay":{"schema_title":"in"}}}""", "S.replay")]
    [InlineData("""{"stages":{"S":{"inputs":["in"]}}}""", """{"streams":{"in":{"schema_title":"in","topics":["S.error.resolved"]}}}""", "S.error.resolved")]
    public void A_stream_cannot_have_a_topic_that_is_a_stages_own(string stages, string streams, string topic)
    {
        var refusal = Assert.Throws<CatalogException>(() => StageCatalog.Parse(Encoding.UTF8.GetBytes(stages), StreamCatalog.Parse(Encoding.UTF8.GetBytes(streams))));

        Assert.Contains($"topic '{topic}' is the stage's own", refusal.Message, StringComparison.Ordinal);
    }

    private static StageFunc Failing { get; } = new((_, _) => new(new Outcome.Failed(Broken)));

    private static StageHarness Harness(IStage stage) => new(Some.Stage(), stage, new AnySchema());

    private static async Task<ProcessedRecord> OutcomeAsync(IStage stage, EventRecord record)
    {
        var harness = Harness(stage);
        await harness.RunAsync([record]);
        return harness.Sink.Settled.Single();
    }

    private static ReplayStamp Stamp(EventRecord original, bool isEdited = false) =>
        new() { Origin = original.Position, ErrorId = Error, Error = ErrorPosition, Request = Request, IsEdited = isEdited };

    private static EventRecord Replayed(EventRecord original, long offset = 0, bool isEdited = false, params RecordHeader[] headers) =>
        At("Test.replay", original, offset, [.. headers, Stamp(original, isEdited).Header()]);

    private static EventRecord At(string topic, EventRecord original, long offset, IReadOnlyList<RecordHeader> headers) => new()
    {
        Position = new StreamPosition(topic, original.Position.Partition, offset),
        Key = original.Key,
        Value = original.Value,
        Headers = headers,
        Timestamp = original.Timestamp,
    };

    private static EventRecord AsRecord(OutputRecord output) =>
        new() { Position = new StreamPosition(output.Topic, 0, 0), Key = output.Key, Value = output.Value, Headers = output.Headers, Timestamp = output.Timestamp };

    private static ErrorMark Mark(ProcessedRecord processed)
    {
        Assert.Equal("Test.error.resolved", processed.Outputs[^1].Topic);
        return ErrorMark.Read(AsRecord(processed.Outputs[^1]))!;
    }

    private static string? Id(OutputRecord output) => JsonElement.Parse(output.Value).Child("meta").Child("id").Text();
}
