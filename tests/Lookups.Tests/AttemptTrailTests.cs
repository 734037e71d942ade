namespace Millrace.Lookups.Tests;

/// <summary>What the error event of a failed lookup tells of its requests, in <c>stack</c>.</summary>
public sealed class AttemptTrailTests : IDisposable
{
    private readonly CountingClock _clock = new();
    private HttpLookup? _lookup;

    public void Dispose() => _lookup?.Dispose();

    [Fact]
    public async Task Each_request_that_failed_has_its_status_or_failure_and_what_it_took()
    {
        var options = Some.Options();
        (options.Attempts, options.AttemptTimeout) = (3, TimeSpan.FromSeconds(2));

        var failure = await _clock.FailureOfAsync(Lookup(options, Answer.Status(503), Answer.Unreachable, Answer.Hang).GetJsonAsync(Some.Uri));

        Assert.Equal("""
            GET https://en.example.org/w/api.php
              1. 503 (lookup_status) after 0 ms
              2. no answer (lookup_unreachable) after 0 ms
              3. no answer (lookup_timeout) after 2,000 ms
            """, failure.Error.Stack);
    }

    [Fact]
    public async Task Neither_a_user_name_nor_a_query_nor_the_servers_words_are_told()
    {
        var options = Some.Options();
        options.Attempts = 1;

        var failure = await _clock.FailureOfAsync(Lookup(options, Answer.Status(500)).GetAsync(new Uri("https://en.example.org/a/b?token=s3cret#s3cret")));

        Assert.Equal("GET https://en.example.org/a/b\n  1. 500 (lookup_status) after 0 ms", failure.Error.Stack);
    }

    [Fact]
    public async Task A_post_is_told_as_such_and_a_long_address_is_cut()
    {
        var options = Some.Options();
        options.Attempts = 1;

        var failure = await _clock.FailureOfAsync(Lookup(options, Answer.Status(500)).PostAsync(new Uri($"https://en.example.org/{new string('a', 2_000)}"), new LookupPost("s3cret"u8.ToArray(), "text/plain", [new("Authorization", "s3cret")])));

        Assert.StartsWith("POST https://en.example.org/aaa", failure.Error.Stack, StringComparison.Ordinal);
        Assert.Equal(500 + "POST ".Length + 1, failure.Error.Stack!.Split('\n')[0].Length);
        Assert.DoesNotContain("s3cret", failure.Error.Stack, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_very_many_requests_the_first_and_the_last_are_told_and_how_many_more_there_were()
    {
        var options = Some.Options();
        (options.Attempts, options.TotalTimeout, options.CircuitMinimumThroughput) = (100, TimeSpan.FromHours(1), 1_000);

        var failure = await _clock.FailureOfAsync(Lookup(options, Answer.Status(503)).GetJsonAsync(Some.Uri));

        var lines = failure.Error.Stack!.Split('\n');
        Assert.Equal(22, lines.Length);
        Assert.Equal(("  1. 503", "  10. 503", "  … 80 more", "  91. 503", "  100. 503"), (lines[1][..8], lines[10][..9], lines[11], lines[12][..9], lines[21][..10]));
    }

    [Fact]
    public async Task What_was_never_asked_has_none()
    {
        var failure = await Assert.ThrowsAsync<LookupException>(async () => await Lookup(Some.Options("other.example.org"), Answer.Ok).GetJsonAsync(Some.Uri));

        Assert.Null(failure.Error.Stack);
    }

    private HttpLookup Lookup(LookupOptions options, params Func<CancellationToken, Task<HttpResponseMessage>>[] script) =>
        _lookup = new HttpLookup(options, _clock, handler: new ScriptedServer(_clock, script));
}
