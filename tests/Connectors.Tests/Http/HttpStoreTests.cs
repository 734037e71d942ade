using System.Text;
using System.Text.Json;
using Millrace.Core;
using Millrace.Testing;

namespace Millrace.Connectors.Tests;

/// <summary>Events as they are, in arrays and lines.</summary>
public sealed class HttpStoreTests : HttpFixture
{
    private static EventRecord[] Records(int count) => [.. Enumerable.Range(0, count).Select(offset => Some.Record(offset))];

    [Fact]
    public async Task Events_are_posted_as_an_array_under_a_key_that_names_their_positions()
    {
        var records = Records(3);

        await RunAsync(Stage(), records);

        var post = Assert.Single(Receiver.Posts);
        Assert.Equal(("Post.test.input.0.0-2", "application/json"), (post.Key, post.ContentType));
        Assert.Equal(records.Select(record => Encoding.UTF8.GetString(record.Value!)), JsonElement.Parse(post.Body).EnumerateArray().Select(item => item.GetRawText()));
    }

    [Fact]
    public async Task An_event_of_several_lines_becomes_one()
    {
        var text = "{\"$schema\": \"/test/input/1.0.0\", \"meta\": {\"stream\": \"test.input\"},\r\n  \"id\": \"a\\nb\"\n}";

        await RunAsync(Stage(("format", "\"ndjson\"")), Some.Raw(Encoding.UTF8.GetBytes(text), 0), Some.Record(1));

        var post = Assert.Single(Receiver.Posts);
        Assert.Equal("application/x-ndjson", post.ContentType);
        var lines = post.Body.Split('\n');
        Assert.Equal((3, ""), (lines.Length, lines[2]));
        Assert.Equal("a\nb", JsonElement.Parse(lines[0]).Child("id").Text());
    }

    [Fact]
    public async Task A_request_has_no_more_events_than_it_may()
    {
        await RunAsync(Stage(("maxBatchRecords", "4")), Records(10));

        Assert.Equal(["Post.test.input.0.0-3", "Post.test.input.0.4-7", "Post.test.input.0.8-9"], Receiver.Keys);
    }

    [Fact]
    public async Task A_request_has_no_more_bytes_than_it_may_and_a_larger_event_goes_alone()
    {
        var records = Records(4);
        records[2] = Some.Record(2, change: body => body["text"] = new string('x', 5_000));

        await RunAsync(Stage(("maxBatchBytes", "1024")), records);

        Assert.Equal(["Post.test.input.0.0-1", "Post.test.input.0.2-2", "Post.test.input.0.3-3"], Receiver.Keys);
        Assert.All(Receiver.Posts, post => Assert.True(post.Body.Length <= 1024 || post.Key == "Post.test.input.0.2-2"));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(413)]
    [InlineData(422)]
    public async Task What_is_refused_is_found_by_halves_and_all_else_goes_in_once(int status)
    {
        var taken = new List<long>();
        Receiver.OnPost = (post, _) =>
        {
            var numbers = JsonElement.Parse(post.Body).EnumerateArray().Select(item => item.Child("n").Number()!.Value).ToList();
            if (numbers.Contains(17) || numbers.Contains(64))
            {
                return new Answer(status, "n must not be 17 or 64");
            }

            taken.AddRange(numbers);
            return new Answer(204);
        };
        var records = Records(100);
        await WriteAsync(records);

        await RunAsync(Stage(), records);

        Assert.Equal(Enumerable.Range(0, 100).Select(n => (long)n).Except([17, 64]), taken);
        Assert.InRange(Receiver.Posts.Count, 3, 40);
        var errors = await ErrorsAsync(2);
        Assert.All(errors, error => Assert.StartsWith($"refused_by_store: The sink refuses the output: {Receiver.Address} answered {status}: n must not be 17 or 64", error, StringComparison.Ordinal));
        Assert.Equal(100, await CheckpointAsync(Stage()));
    }

    [Fact]
    public async Task A_receiver_that_asks_to_wait_is_left_alone_for_that_long_and_gets_the_same_request_again()
    {
        Receiver.OnPost = (_, number) => number == 1 ? new Answer(503, RetryAfter: "120") : new Answer(200);

        await RunAsync(Stage(), Records(2));

        Assert.Equal(Receiver.Posts[0], Receiver.Posts[1]);
        AssertPaused(TimeSpan.FromSeconds(120));
    }

    [Fact]
    public async Task A_receiver_that_asks_to_wait_for_days_is_asked_again_within_the_hour()
    {
        Receiver.OnPost = (_, number) => number == 1 ? new Answer(429, RetryAfter: "1000000") : new Answer(200);

        await RunAsync(Stage(), Records(1));

        AssertPaused(TimeSpan.FromMinutes(15));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(408)]
    [InlineData(500)]
    public async Task What_is_not_about_events_makes_them_wait_and_none_is_given_up(int status)
    {
        Receiver.OnPost = (_, number) => new Answer(number < 4 ? status : 200);
        var stage = Stage();
        await WriteAsync(Records(2));

        var runner = Runner(stage, Sink());
        await runner.RunAsync(Records(2), CancellationToken.None);

        Assert.Equal((2, 0), (runner.Tally.Emitted, runner.Tally.Failed));
        Assert.Equal((4, 1), (Receiver.Posts.Count, Receiver.Posts.Distinct().Count()));
        Assert.Equal(3, Clock.Pauses.Count);
    }

    [Theory]
    [InlineData(200, 1, 0)]
    [InlineData(422, 0, 1)]
    public async Task An_answer_that_is_too_long_to_be_read_counts_by_its_status(int status, int emitted, int failed)
    {
        Receiver.OnPost = (_, _) => new Answer(status, new string('x', 1_000));
        var stage = Stage(("requests", """{ "attempts": 1, "maxAnswerBytes": 100 }"""));
        var runner = Runner(stage, Sink());

        await runner.RunAsync(Records(1), CancellationToken.None);

        Assert.Equal((emitted, failed, 1), (runner.Tally.Emitted, runner.Tally.Failed, Receiver.Posts.Count));
    }

    [Fact]
    public async Task A_connection_that_breaks_off_is_made_again()
    {
        Receiver.OnPost = (_, number) => number <= 2 ? null : new Answer(200);

        await RunAsync(Stage(), Records(2));

        Assert.Equal(Enumerable.Repeat("Post.test.input.0.0-1", 3), Receiver.Keys);
    }

    [Fact]
    public async Task What_was_taken_before_a_failure_is_not_posted_again()
    {
        Receiver.OnPost = (_, number) => new Answer(number == 2 ? 500 : 200);

        await RunAsync(Stage(("maxBatchRecords", "1")), Records(3));

        Assert.Equal(["Post.test.input.0.0-0", "Post.test.input.0.1-1", "Post.test.input.0.1-1", "Post.test.input.0.2-2"], Receiver.Keys);
    }

    [Fact]
    public async Task After_a_crash_before_the_checkpoint_the_same_request_comes_again_and_after_it_none_does()
    {
        var (stage, records) = (Stage(), Records(3));
        await WriteAsync(records);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Runner(stage, Sink(around: kafka => new CrashingSink(kafka))).RunAsync(records, CancellationToken.None));
        Assert.Equal(0, await CheckpointAsync(stage));

        await RunAsync(stage, records);
        await RunAsync(stage, records);

        Assert.Equal(2, Receiver.Posts.Count);
        Assert.Equal(Receiver.Posts[0], Receiver.Posts[1]);
        Assert.Equal(3, await CheckpointAsync(stage));
    }

    [Fact]
    public async Task The_checkpoint_passes_what_does_not_enter_the_store()
    {
        EventRecord[] records = [Some.Record(0), Some.Raw("no JSON"u8.ToArray(), 1), Some.Record(2, change: body => body["meta"]!["domain"] = "canary")];
        await WriteAsync(records);

        await RunAsync(Stage(), records);

        Assert.Equal(["Post.test.input.0.0-0"], Receiver.Keys);
        Assert.StartsWith("malformed_json", Assert.Single(await ErrorsAsync(1)), StringComparison.Ordinal);
        Assert.Equal(3, await CheckpointAsync(Stage()));
    }

    [Fact]
    public async Task A_secret_is_sent_and_never_told()
    {
        Receiver.OnPost = (_, number) => new Answer(number == 1 ? 401 : number == 2 ? 500 : 200);
        var stage = Stage(("address", $"\"{Receiver.Address}?token=s3cret\""));
        var store = Store(KeyValuePair.Create("Stages:Post:Settings:Headers:Authorization", (string?)"Bearer s3cret"));

        await Runner(stage, Sink(store)).RunAsync(Records(1), CancellationToken.None);

        Assert.All(Receiver.Posts, post => Assert.Equal("Bearer s3cret", post.Authorization));
        Assert.NotEmpty(Log.Lines);
        Assert.All(Log.Lines, line => Assert.DoesNotContain("s3cret", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("address", "null", "address")]
    [InlineData("address", "\"ftp://example.org/\"", "Stages:Post:Settings:Address is no http or https address")]
    [InlineData("address", "\"https://me:s3cret@example.org/\"", "credentials are for Stages:Post:Settings:Headers:Authorization")]
    [InlineData("requests", """{ "allowedHosts": ["example.org"] }""", "the host '127.0.0.1' is not allowed; allowed are example.org")]
    [InlineData("requests", """{ "allowedHosts": ["https://example.org"] }""", "Stages:Post:Settings:Requests cannot be used")]
    [InlineData("requests", """{ "attempts": 0 }""", "Attempts is 0; allowed is 1 to 100")]
    [InlineData("requests", """{ "cache": { "maxBytes": 1 } }""", "Stages:Post:Settings:Requests:Cache:MaxBytes is 1; allowed is 0")]
    [InlineData("format", "\"xml\"", "json-array or ndjson or bulk")]
    [InlineData("maxBatchRecords", "0", "MaxBatchRecords is 0; allowed is 1 to 100000")]
    [InlineData("headers", """{ "Idempotency-Key": "1" }""", "Headers:Idempotency-Key is not for you to set")]
    [InlineData("headers", """{ "X-Key": "s3\ncret" }""", "Headers:X-Key is no header of a request")]
    [InlineData("headers", """{ "X Key": "1" }""", "Headers:X Key is no header of a request")]
    [InlineData("index", "\"events\"", "Format is not bulk")]
    public void What_cannot_work_is_refused_before_anything_is_read(string setting, string json, string expected)
    {
        var refusal = Assert.Throws<CatalogException>(() => Store().Require(Stage((setting, json))));

        Assert.Contains(expected, refusal.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("s3cret", refusal.ToString(), StringComparison.Ordinal);
    }

    // The process ends after the receiver has answered, and before Kafka has the checkpoint.
    private sealed class CrashingSink(ISink inner) : ISink
    {
        public async ValueTask<IPartitionSession> OpenAsync(StageDefinition stage, StreamPartition partition, CancellationToken cancellation) =>
            new Session(await inner.OpenAsync(stage, partition, cancellation));

        private sealed class Session(IPartitionSession inner) : IPartitionSession
        {
            public long Checkpoint => inner.Checkpoint;

            public long HeldBytes => inner.HeldBytes;

            public ValueTask AppendAsync(ProcessedRecord processed, CancellationToken cancellation) => inner.AppendAsync(processed, cancellation);

            public ValueTask<IReadOnlyList<RefusedRecord>> SettleAsync(CancellationToken cancellation) => throw new InvalidOperationException("The process ends here.");

            public ValueTask DisposeAsync() => inner.DisposeAsync();
        }
    }
}
