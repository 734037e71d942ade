using System.Net;
using System.Text.Json;

namespace Millrace.Local.Tests;

public sealed class WikiApiTests : IAsyncLifetime, IDisposable
{
    private const string Domain = "de.wikipedia.org";
    private readonly WatchedClock _clock = new();
    private readonly HttpClient _client = new();
    private WikiApi _api = null!;

    public async Task InitializeAsync() => _api = await WikiApi.StartAsync(new WikiApiOptions { HugeBytes = 3_000_000, RetryAfter = TimeSpan.FromSeconds(7) }, _clock);

    public async Task DisposeAsync() => await _api.DisposeAsync();

    public void Dispose()
    {
        _client.Dispose();
        _clock.Dispose();
    }

    [Fact]
    public async Task A_revision_is_answered_with_its_content()
    {
        var answer = await GetAsync(42);

        Assert.True(answer.GetProperty("batchcomplete").GetBoolean());
        var page = Assert.Single(answer.GetProperty("query").GetProperty("pages").EnumerateArray());
        Assert.Equal(0, page.GetProperty("ns").GetInt32());
        Assert.True(page.GetProperty("pageid").GetInt64() > 0);
        Assert.NotEqual("", page.GetProperty("title").GetString());
        var revision = Assert.Single(page.GetProperty("revisions").EnumerateArray());
        var slot = revision.GetProperty("slots").GetProperty("main");
        Assert.Equal("wikitext", slot.GetProperty("contentmodel").GetString());
        Assert.Equal("text/x-wiki", slot.GetProperty("contentformat").GetString());
        Assert.Equal(Wikitext.Of(Domain, 42), slot.GetProperty("content").GetString());
        Assert.Equal(1, _api.CountOf(WikiAnswer.Content));
    }

    [Fact]
    public async Task A_missing_revision_is_a_bad_revid()
    {
        _api.Faults.Plan(42, new WikiFault(WikiAnswer.NotFound));

        Assert.Equal("""{"batchcomplete":true,"query":{"badrevids":{"42":{"revid":42,"missing":true}}}}""", await _client.GetStringAsync(_api.UriOf(Domain, 42)));
        Assert.Equal(1, _api.CountOf(WikiAnswer.NotFound));
    }

    [Fact]
    public async Task A_revision_may_appear_after_some_requests()
    {
        _api.Faults.Plan(42, new WikiFault(WikiAnswer.NotFound, Times: 2));

        var found = new List<bool>();
        for (var i = 0; i < 4; i++)
        {
            found.Add((await GetAsync(42)).GetProperty("query").TryGetProperty("pages", out _));
        }

        Assert.Equal([false, false, true, true], found);
    }

    [Fact]
    public async Task A_revision_may_appear_at_a_time()
    {
        _api.Faults.Plan(42, new WikiFault(WikiAnswer.NotFound, Until: _clock.GetUtcNow() + TimeSpan.FromSeconds(10)));

        _clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False((await GetAsync(42)).GetProperty("query").TryGetProperty("pages", out _));
        _clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True((await GetAsync(42)).GetProperty("query").TryGetProperty("pages", out _));
    }

    [Fact]
    public async Task Hidden_content_is_a_slot_without_it()
    {
        _api.Faults.Plan(42, new WikiFault(WikiAnswer.Hidden));

        var slot = SlotOf(await GetAsync(42));

        Assert.True(slot.GetProperty("texthidden").GetBoolean());
        Assert.Equal("wikitext", slot.GetProperty("contentmodel").GetString());
        Assert.False(slot.TryGetProperty("content", out _));
    }

    [Fact]
    public async Task Too_many_requests_say_when_to_come_back()
    {
        _api.Faults.Plan(42, new WikiFault(WikiAnswer.TooManyRequests));

        using var response = await _client.GetAsync(_api.UriOf(Domain, 42));

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(7), response.Headers.RetryAfter!.Delta);
    }

    [Fact]
    public async Task A_server_error_is_500()
    {
        _api.Faults.Plan(42, new WikiFault(WikiAnswer.ServerError));

        using var response = await _client.GetAsync(_api.UriOf(Domain, 42));

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
    }

    [Fact]
    public async Task A_reset_leaves_the_client_without_an_answer()
    {
        _api.Faults.Plan(42, new WikiFault(WikiAnswer.Reset));

        await Assert.ThrowsAsync<HttpRequestException>(() => _client.GetAsync(_api.UriOf(Domain, 42)));
    }

    [Fact]
    public async Task A_hang_lasts_until_the_client_gives_up()
    {
        _api.Faults.Plan(42, new WikiFault(WikiAnswer.Hang));
        using var patience = new CancellationTokenSource();
        var request = _client.GetAsync(_api.UriOf(Domain, 42), patience.Token);
        await CountReachesAsync(WikiAnswer.Hang, 1);
        _clock.Advance(TimeSpan.FromDays(1));

        Assert.False(request.IsCompleted);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
    }

    [Fact]
    public async Task Stopping_the_server_cuts_off_who_hangs()
    {
        _api.Faults.Plan(42, new WikiFault(WikiAnswer.Hang));
        var request = _client.GetAsync(_api.UriOf(Domain, 42));
        await CountReachesAsync(WikiAnswer.Hang, 1);

        await _api.DisposeAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => request);
    }

    [Fact]
    public async Task Truncated_json_is_a_whole_answer_with_half_the_json()
    {
        _api.Faults.Plan(42, new WikiFault(WikiAnswer.Truncated, Times: 1));

        var half = await _client.GetByteArrayAsync(_api.UriOf(Domain, 42));
        var whole = await _client.GetByteArrayAsync(_api.UriOf(Domain, 42));

        Assert.Equal(whole[..(whole.Length / 2)], half);
    }

    [Fact]
    public async Task An_empty_body_is_200_all_the_same()
    {
        _api.Faults.Plan(42, new WikiFault(WikiAnswer.Empty));

        Assert.Equal("", await _client.GetStringAsync(_api.UriOf(Domain, 42)));
    }

    [Fact]
    public async Task Huge_content_repeats_the_revisions_own()
    {
        _api.Faults.Plan(42, new WikiFault(WikiAnswer.Huge));
        var text = Wikitext.Of(Domain, 42);

        var content = SlotOf(await GetAsync(42)).GetProperty("content").GetString()!;

        Assert.True(System.Text.Encoding.UTF8.GetByteCount(content) >= 3_000_000);
        Assert.StartsWith(text + text, content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wiki_tells_its_name()
    {
        var answer = JsonElement.Parse(await _client.GetStringAsync(new Uri(_api.BaseAddress, "race.wikipedia.org/w/api.php?action=query&meta=siteinfo&siprop=general&format=json&formatversion=2")));

        Assert.Equal("race.wikipedia", answer.GetProperty("query").GetProperty("general").GetProperty("sitename").GetString());
        Assert.Equal(1, _api.Requests);
    }

    [Theory]
    [InlineData("action=query&prop=revisions&revids=x&rvslots=*&rvprop=content&format=json&formatversion=2", "badinteger", "\"x\"")]
    [InlineData("action=query&prop=revisions&revids=-1&rvslots=*&rvprop=content&format=json&formatversion=2", "badinteger", "\"-1\"")]
    [InlineData("action=query&prop=revisions&revids=99999999999999999999&rvslots=*&rvprop=content&format=json&formatversion=2", "badinteger", "revids")]
    [InlineData("action=query&prop=revisions&revids=1|2&rvslots=*&rvprop=content&format=json&formatversion=2", "toomanyvalues", "revids")]
    [InlineData("action=query&prop=revisions&rvslots=*&rvprop=content&format=json&formatversion=2", "missingparam", "revids")]
    [InlineData("action=edit&prop=revisions&revids=1&rvslots=*&rvprop=content&format=json&formatversion=2", "badvalue", "action")]
    [InlineData("action=query&prop=revisions&revids=1&rvslots=*&rvprop=content&format=json&formatversion=1", "badvalue", "formatversion")]
    [InlineData("action=query&prop=revisions&revids=1&rvprop=content&format=json&formatversion=2", "missingparam", "rvslots")]
    public async Task A_bad_request_is_answered_in_the_apis_own_way(string query, string code, string named)
    {
        using var response = await _client.GetAsync(new Uri(_api.BaseAddress, $"{Domain}/w/api.php?{query}"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(code, Assert.Single(response.Headers.GetValues("MediaWiki-API-Error")));
        var error = JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("error");
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.Contains(named, error.GetProperty("info").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, _api.CountOf(WikiAnswer.Refused));
    }

    [Fact]
    public async Task Another_path_is_not_found()
    {
        using var response = await _client.GetAsync(new Uri(_api.BaseAddress, "w/api.php?action=query"));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Requests_are_counted_by_what_they_were_answered_with()
    {
        _api.Faults.Plan(1, new WikiFault(WikiAnswer.NotFound));
        await GetAsync(1);
        await GetAsync(2);
        await GetAsync(3);

        Assert.Equal(3, _api.Requests);
        Assert.Equal(2, _api.CountOf(WikiAnswer.Content));
        Assert.Equal(1, _api.CountOf(WikiAnswer.NotFound));
    }

    [Fact]
    public async Task An_answer_takes_the_latency_and_no_longer_than_the_jitter_more()
    {
        await using var slow = await WikiApi.StartAsync(
            new WikiApiOptions { Latency = TimeSpan.FromSeconds(10), LatencyJitter = TimeSpan.FromSeconds(5) }, _clock);
        var request = _client.GetStringAsync(slow.UriOf(Domain, 42));
        await _clock.NextTimerAsync();

        _clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(request.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(5.1));
        await request;
    }

    [Fact]
    public async Task A_port_that_is_taken_is_an_error()
    {
        await Assert.ThrowsAsync<IOException>(() => WikiApi.StartAsync(new WikiApiOptions { Port = _api.BaseAddress.Port }, _clock));
    }

    [Fact]
    public async Task An_option_out_of_range_is_refused_by_name()
    {
        var exception = await Assert.ThrowsAsync<ArgumentException>(() => WikiApi.StartAsync(new WikiApiOptions { Latency = TimeSpan.FromSeconds(-1) }, _clock));

        Assert.Contains("Latency is '-00:00:01'", exception.Message, StringComparison.Ordinal);
    }

    private static JsonElement SlotOf(JsonElement answer) =>
        answer.GetProperty("query").GetProperty("pages")[0].GetProperty("revisions")[0].GetProperty("slots").GetProperty("main");

    private async Task<JsonElement> GetAsync(long revision) => JsonElement.Parse(await _client.GetByteArrayAsync(_api.UriOf(Domain, revision)));

    private async Task CountReachesAsync(WikiAnswer answer, long count)
    {
        while (_api.CountOf(answer) < count)
        {
            await Task.Yield();
        }
    }
}
