using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Millrace.Testing;

namespace Millrace.Core.Tests;

public sealed class StagePipelineTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 31, 12, 0, 5, TimeSpan.Zero));
    private readonly AnySchema _schemas = new();

    [Fact]
    public async Task An_emitted_event_is_stamped_and_keyed()
    {
        var (stage, record) = (Some.Stage(), Some.Record(7, key: "page-7", change: body => body["meta"]!["request_id"] = "r1"));

        var processed = await Process(stage, StageFunc.Echo, record);

        var output = Assert.Single(processed.Outputs);
        Assert.Equal(Some.Output, output.Topic);
        Assert.Equal("""{"id":"page-7"}""", Encoding.UTF8.GetString(output.Key!));
        Assert.Equal(_time.GetUtcNow(), output.Timestamp);
        var written = JsonElement.Parse(output.Value);
        Assert.Equal("/test/output/1.0.0", written.Child("$schema").Text());
        var meta = written.Child("meta");
        Assert.Equal(Some.Output, meta.Child("stream").Text());
        Assert.Equal("2026-01-31T12:00:05.000Z", meta.Child("dt").Text());
        Assert.Equal("r1", meta.Child("request_id").Text());
        Assert.Equal("test.example", meta.Child("domain").Text());
        Assert.Equal("https://test.example/", meta.Child("uri").Text());
        Assert.NotEqual("id-7", meta.Child("id").Text());
        Assert.Equal("2026-01-31T12:00:00Z", written.Child("dt").Text());
        Assert.Equal(7, written.Child("n").Number());
    }

    [Fact]
    public async Task The_id_of_an_output_depends_on_stage_position_and_index_alone()
    {
        var twice = new StageFunc((input, _) => new(new Outcome.Emitted([EventDraft.From(input), EventDraft.From(input)])));

        var first = Ids(await Process(Some.Stage(), twice, Some.Record(7)));
        _time.Advance(TimeSpan.FromDays(1));
        var again = Ids(await Process(Some.Stage(), twice, Some.Record(7, change: body => body["extra"] = true)));
        var next = Ids(await Process(Some.Stage(), twice, Some.Record(8)));
        var other = Ids(await Process(Some.Stage() with { Name = "Other" }, twice, Some.Record(7)));

        Assert.Equal(first, again);
        Assert.Equal(6, first.Concat(next).Concat(other).Distinct().Count());
        Assert.All(first, id => Assert.Equal('8', id![14]));
    }

    [Fact]
    public async Task Headers_are_carried_over_and_the_trace_goes_on()
    {
        byte[] binary = [0, 255, 7];
        var record = Some.Raw(Some.Record(0).Value, 0, "a", 0,
            new RecordHeader("x", binary), new RecordHeader("x", null),
            new RecordHeader("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"u8.ToArray()));

        var headers = Assert.Single((await Process(Some.Stage(), StageFunc.Echo, record)).Outputs).Headers;

        Assert.Equal(["x", "x", "traceparent"], headers.Select(header => header.Name));
        Assert.Equal(binary, headers[0].Value);
        Assert.Null(headers[1].Value);
        var trace = Encoding.ASCII.GetString(headers[2].Value!);
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", trace, StringComparison.Ordinal);
        Assert.DoesNotContain("b7ad6b7169203331", trace, StringComparison.Ordinal);
        Assert.EndsWith("-01", trace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_without_a_trace_starts_one()
    {
        var header = Assert.Single(Assert.Single((await Process(Some.Stage(), StageFunc.Echo, Some.Record(0))).Outputs).Headers);

        Assert.Equal("traceparent", header.Name);
        Assert.True(ActivityContext.TryParse(Encoding.ASCII.GetString(header.Value!), null, out _));
    }

    [Theory]
    [InlineData(null, ErrorTypes.NullValue)]
    [InlineData("{\"$schema\":", ErrorTypes.MalformedJson)]
    [InlineData("{\"meta\":{}}", ErrorTypes.MissingSchema)]
    [InlineData("{\"$schema\":\"/test/input/1.0.0\",\"meta\":{\"stream\":\"other\"}}", ErrorTypes.WrongStream)]
    [InlineData("{\"$schema\":\"/test/input/1.0.0\",\"meta\":{}}", ErrorTypes.WrongStream)]
    [InlineData("{\"$schema\":\"/test/else/1.0.0\",\"meta\":{\"stream\":\"test.input\"}}", ErrorTypes.WrongSchemaTitle)]
    public async Task A_record_that_is_no_event_of_the_stream_fails_with_its_raw_bytes(string? value, string type)
    {
        var raw = value is null ? null : Encoding.UTF8.GetBytes(value);

        var processed = await Process(Some.Stage(), StageFunc.Echo, Some.Raw(raw, 42, "key"));

        Assert.Equal(type, Assert.IsType<Outcome.Failed>(processed.Outcome).Error.Type);
        var record = Assert.Single(processed.Outputs);
        Assert.Equal("Test.error", record.Topic);
        Assert.Equal("key", Encoding.UTF8.GetString(record.Key!));
        var error = JsonElement.Parse(record.Value);
        Assert.Equal("/error/2.1.0", error.Child("$schema").Text());
        Assert.Equal("Test", error.Child("emitter_id").Text());
        Assert.Equal(type, error.Child("error_type").Text());
        Assert.Equal(value, error.Child("raw_event").Text());
        var source = error.Child("meta").Child("source");
        Assert.Equal((Some.Input, 0, 42), (source.Child("topic").Text(), source.Child("partition").Number(), source.Child("offset").Number()));
    }

    [Fact]
    public async Task A_record_that_is_too_large_fails_without_being_decoded()
    {
        var stage = Some.Stage(options => options.MaxEventBytes = 1024);

        var processed = await Process(stage, StageFunc.Echo, Some.Raw(new byte[1025], 0));

        var error = Assert.IsType<Outcome.Failed>(processed.Outcome).Error;
        Assert.Equal(ErrorTypes.EventTooLarge, error.Type);
        Assert.Contains("1,025", error.Message, StringComparison.Ordinal);
        Assert.Contains("1,024", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Canaries_are_filtered()
    {
        var processed = await Process(Some.Stage(), StageFunc.Echo, Some.Record(0, change: body => body["meta"]!["domain"] = "canary"));

        Assert.Equal("canary", Assert.IsType<Outcome.Filtered>(processed.Outcome).Reason);
        Assert.Empty(processed.Outputs);
    }

    [Fact]
    public async Task The_tally_shows_the_age_of_the_youngest_canary_since_it_was_made()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        var pipeline = new StagePipeline(Some.Stage(), StageFunc.Echo, new AnySchema(), clock);
        Assert.Empty(pipeline.Tally.CanaryAges);

        await pipeline.ProcessAsync(Canary(0, "2025-12-31T23:59:30Z"), CancellationToken.None);
        await pipeline.ProcessAsync(Canary(1, "2025-12-31T23:58:00Z"), CancellationToken.None);
        await pipeline.ProcessAsync(Some.Record(2), CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal((Some.Input, TimeSpan.FromSeconds(35)), Assert.Single(pipeline.Tally.CanaryAges.Select(age => (age.Key, age.Value))));

        static EventRecord Canary(long offset, string made) => Some.Record(offset, change: body => (body["meta"]!["domain"], body["meta"]!["dt"]) = ("canary", made));
    }

    [Fact]
    public async Task A_transient_error_is_tried_as_often_as_the_options_say()
    {
        var attempts = 0;
        var stage = new StageFunc((_, _) => new(new Outcome.Failed(new StageError("busy", $"Attempt {++attempts}.") { Transient = true })));

        var processed = await Advancing(Process(Some.Stage(options => options.Attempts = 4), stage, Some.Record(0)));

        Assert.Equal(4, attempts);
        Assert.Equal("Attempt 4.", Assert.IsType<Outcome.Failed>(processed.Outcome).Error.Message);
    }

    [Fact]
    public async Task A_transient_error_thrown_below_the_stage_is_tried_again_too()
    {
        var attempts = 0;
        var stage = new StageFunc((input, _) => ++attempts == 3
            ? new(StageFunc.Emit(input))
            : throw new StageException(new StageError("busy", "Later.") { Transient = true }));

        var processed = await Advancing(Process(Some.Stage(), stage, Some.Record(0)));

        Assert.IsType<Outcome.Emitted>(processed.Outcome);
        Assert.Single(processed.Outputs);
    }

    [Fact]
    public async Task An_error_that_is_not_transient_is_not_tried_again()
    {
        var attempts = 0;

        await Process(Some.Stage(), new StageFunc((_, _) => new(new Outcome.Failed(new StageError("bad", $"{++attempts}")))), Some.Record(0));

        Assert.Equal(1, attempts);
    }

    [Fact]
    public async Task Attempts_before_the_error_s_own_deadline_are_free()
    {
        var (attempts, until) = (0, _time.GetUtcNow() + TimeSpan.FromSeconds(10));
        var stage = new StageFunc((_, _) =>
        {
            attempts++;
            return new(new Outcome.Failed(new StageError("not_yet", "Not yet.") { Transient = true, RetryUntil = until }));
        });

        await Advancing(Process(Some.Stage(options => (options.Attempts, options.RetryDelay) = (3, TimeSpan.FromSeconds(1))), stage, Some.Record(0)));

        // Nine free ones, a second apart, and then three that count.
        Assert.Equal(12, attempts);
    }

    [Fact]
    public async Task An_attempt_that_takes_too_long_is_cancelled_and_tried_again()
    {
        var attempts = 0;
        var stage = new StageFunc(async (input, cancellation) =>
        {
            if (++attempts < 3)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellation);
            }

            return StageFunc.Emit(input);
        });

        var processed = await Advancing(Process(Some.Stage(options => options.AttemptTimeout = TimeSpan.FromSeconds(2)), stage, Some.Record(0)));

        Assert.IsType<Outcome.Emitted>(processed.Outcome);
        Assert.Equal(3, attempts);
    }

    [Fact]
    public async Task An_attempt_that_does_not_listen_is_left_behind_and_not_repeated()
    {
        var attempts = 0;
        var never = new TaskCompletionSource<Outcome>();
        var stage = new StageFunc((_, _) =>
        {
            attempts++;
            return new(never.Task);
        });

        var processed = await Advancing(Process(Some.Stage(options => options.AttemptTimeout = TimeSpan.FromSeconds(2)), stage, Some.Record(0)));

        var error = Assert.IsType<Outcome.Failed>(processed.Outcome).Error;
        Assert.Equal(ErrorTypes.Timeout, error.Type);
        Assert.Contains("had not ended", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, attempts);
    }

    [Fact]
    public async Task An_exception_of_the_stage_is_an_outcome_with_its_stack()
    {
        var processed = await Process(Some.Stage(), new StageFunc((_, _) => throw new InvalidOperationException("Oops.")), Some.Record(0));

        var error = JsonElement.Parse(Assert.Single(processed.Outputs).Value);
        Assert.Equal(ErrorTypes.Unexpected, error.Child("error_type").Text());
        Assert.Equal("InvalidOperationException: Oops.", error.Child("message").Text());
        Assert.Contains(nameof(An_exception_of_the_stage_is_an_outcome_with_its_stack), error.Child("stack").Text(), StringComparison.Ordinal);
        Assert.Equal("/test/input/1.0.0", error.Child("errored_schema_uri").Text());
        Assert.Equal(Some.Input, error.Child("errored_stream_name").Text());
    }

    [Fact]
    public async Task Stopping_the_host_is_no_outcome()
    {
        using var stop = new CancellationTokenSource();
        var stage = new StageFunc(async (_, cancellation) =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellation);
            return new Outcome.Filtered("never");
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await new StagePipeline(Some.Stage(), stage, _schemas, _time).ProcessAsync(Some.Record(0), stop.Token));
    }

    [Fact]
    public async Task An_output_that_does_not_match_its_schema_fails()
    {
        _schemas.Check = (_, written) => written.Child("n").Number() == 3 ? new StageError(ErrorTypes.InvalidEvent, "'.n' must not be 3") : null;

        var error = Assert.IsType<Outcome.Failed>((await Process(Some.Stage(), StageFunc.Echo, Some.Record(3))).Outcome).Error;

        Assert.Equal(ErrorTypes.InvalidOutput, error.Type);
        Assert.Equal("The output does not match /test/output/1.0.0: '.n' must not be 3", error.Message);
        Assert.Equal(Some.Input, error.Stream);
    }

    [Fact]
    public async Task If_one_of_several_outputs_is_wrong_none_is_emitted()
    {
        var stage = new StageFunc((input, _) =>
        {
            var second = EventDraft.From(input);
            second.Root.Remove("id");
            return new(new Outcome.Emitted([EventDraft.From(input), second]));
        });

        var processed = await Process(Some.Stage(), stage, Some.Record(0));

        Assert.Contains("'.id' is missing", Assert.IsType<Outcome.Failed>(processed.Outcome).Error.Message, StringComparison.Ordinal);
        Assert.Equal("Test.error", Assert.Single(processed.Outputs).Topic);
    }

    [Fact]
    public async Task An_output_over_the_limit_fails()
    {
        var stage = Some.Stage(options => options.MaxOutputBytes = 2048);
        var author = new StageFunc((input, _) =>
        {
            var draft = EventDraft.From(input);
            draft.Root.Set("text", new string('x', 2048));
            return new(new Outcome.Emitted([draft]));
        });

        Assert.Equal(ErrorTypes.OutputTooLarge, Assert.IsType<Outcome.Failed>((await Process(stage, author, Some.Record(0))).Outcome).Error.Type);
    }

    [Fact]
    public async Task An_output_to_a_stream_that_is_not_the_stage_s_fails()
    {
        var stage = new StageFunc((input, _) => new(new Outcome.Emitted([EventDraft.From(input, "elsewhere")])));

        var error = Assert.IsType<Outcome.Failed>((await Process(Some.Stage(), stage, Some.Record(0))).Outcome).Error;

        Assert.Contains("'elsewhere'; it writes test.output", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_whose_schema_cannot_be_had_waits_until_it_can()
    {
        var asked = 0;
        var schemas = new AnySchema { Decoding = _ => ++asked < 50 ? new StageError(ErrorTypes.SchemaUnavailable, "The repository is down.") { Transient = true } : null };

        var processed = await Advancing(new StagePipeline(Some.Stage(), StageFunc.Echo, schemas, _time).ProcessAsync(Some.Record(0), CancellationToken.None).AsTask());

        Assert.IsType<Outcome.Emitted>(processed.Outcome);
        Assert.Equal(50, asked);
    }

    private static string?[] Ids(ProcessedRecord processed) =>
        [.. processed.Outputs.Select(output => JsonElement.Parse(output.Value).Child("meta").Child("id").Text())];

    private Task<ProcessedRecord> Process(StageDefinition stage, IStage author, EventRecord record) =>
        new StagePipeline(stage, author, _schemas, _time).ProcessAsync(record, CancellationToken.None).AsTask();

    private async Task<ProcessedRecord> Advancing(Task<ProcessedRecord> processing)
    {
        while (!processing.IsCompleted)
        {
            // Real time passes between steps of the clock, so that what a step set off is done before the next.
            _time.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }

        return await processing;
    }
}
