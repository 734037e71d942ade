using System.Text.Json.Nodes;
using Millrace.Core;
using Millrace.Lookups;

namespace Millrace.Functions.Tests;

/// <summary>What cannot be filled: how often it is tried, and what its error event says.</summary>
public sealed class PageContentChangeFailureTests : PageContentChangeFixture
{
    [Fact]
    public async Task A_revision_that_is_missing_is_asked_for_every_second_while_the_event_is_young_and_three_times_after()
    {
        var error = await FailedAsync(Change(change => change["dt"] = "2026-01-31T12:00:00Z"), ScriptedWiki.NotFound);

        // Nine that do not count, then three that do.
        Assert.Equal(ContentErrors.RevisionNotFound, error);
        Assert.Equal(Enumerable.Range(0, 12).Select(second => (double)second), Seconds());
    }

    [Theory]
    [InlineData("2026-01-31T11:59:55Z", 7)]
    [InlineData("2026-01-31T11:59:50Z", 3)]
    [InlineData("2001-01-01T00:00:00Z", 3)]
    [InlineData("0001-01-01T00:00:00Z", 3)]
    public async Task The_older_an_event_is_the_fewer_attempts_it_has(string time, int attempts)
    {
        await FailedAsync(Change(change => change["dt"] = time), ScriptedWiki.NotFound);

        Assert.Equal(Enumerable.Range(0, attempts).Select(second => (double)second), Seconds());
    }

    [Theory]
    [InlineData("2026-01-31T12:01:00Z")]
    [InlineData("2099-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59Z")]
    public async Task Nobody_waits_for_the_time_of_an_event_that_lies_ahead(string time)
    {
        var error = await FailedAsync(Change(change => change["dt"] = time), ScriptedWiki.NotFound);

        Assert.Equal(ContentErrors.RevisionNotFound, error);
        Assert.Equal([0, 1, 2], Seconds());
    }

    [Fact]
    public async Task A_wiki_whoseClock_runs_a_little_ahead_is_waited_for_like_any_other()
    {
        await FailedAsync(Change(change => change["dt"] = "2026-01-31T12:00:03Z"), ScriptedWiki.NotFound);

        Assert.Equal(15, Wiki.Asked.Count);
    }

    [Fact]
    public async Task A_revision_that_turns_up_is_filled_in()
    {
        var change = Change(change => change["dt"] = "2026-01-31T12:00:00Z");

        var enriched = await EmittedAsync(change, ScriptedWiki.NotFound, ScriptedWiki.NotFound, ScriptedWiki.NotFound, ScriptedWiki.NotFound, ScriptedWiki.Text("text"));

        Assert.Equal("text", enriched["revision"]!["content_slots"]!["main"]!["content_body"]!.GetValue<string>());
        Assert.Equal([0, 1, 2, 3, 4], Seconds());
    }

    [Fact]
    public async Task Content_that_was_hidden_meanwhile_is_an_error_that_says_so()
    {
        var hidden = ScriptedWiki.Answer(new JsonObject { ["main"] = new JsonObject { ["contentmodel"] = "wikitext", ["texthidden"] = true } });

        Assert.Equal(ContentErrors.ContentNotFound, await FailedAsync(Change(), hidden));
        Assert.Equal("'.revision.content_slots.main.content_body' cannot be filled: it is hidden.", Message());
        Assert.Single(Wiki.Asked);
    }

    [Fact]
    public async Task A_slot_that_the_wiki_does_not_have_is_an_error_that_names_it()
    {
        var change = Change(change => change["revision"]!["content_slots"]!["mediainfo"] = new JsonObject { ["slot_role"] = "mediainfo" });

        Assert.Equal(ContentErrors.ContentNotFound, await FailedAsync(change, ScriptedWiki.Text("text")));
        Assert.Equal("'.revision.content_slots.mediainfo.content_body' cannot be filled: the wiki has none.", Message());
    }

    [Fact]
    public async Task An_error_of_the_API_is_tried_again_and_then_told()
    {
        Assert.Equal(ContentErrors.ApiError, await FailedAsync(Change(), """{ "error": { "code": "readonly", "info": "Come back later." } }"""));
        Assert.Contains("'readonly': Come back later.", Message(), StringComparison.Ordinal);
        Assert.Equal([0, 1, 2], Seconds());
    }

    [Fact]
    public async Task What_the_API_says_of_itself_is_told_at_no_great_length()
    {
        await FailedAsync(Change(), $$"""{ "error": { "code": "{{new string('c', 100_000)}}", "info": "{{new string('i', 100_000)}}" } }""");

        Assert.InRange(Message().Length, 400, 1_000);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{ "query": {} }""")]
    [InlineData("""{ "query": { "pages": [] } }""")]
    [InlineData("""{ "query": { "pages": {} } }""")]
    [InlineData("""{ "query": { "pages": [{ "missing": true }] } }""")]
    [InlineData("""{ "query": { "pages": [{ "revisions": [] }] } }""")]
    [InlineData("""{ "query": { "pages": [{ "revisions": [{ "slots": null }] }] } }""")]
    [InlineData("""{ "query": { "badrevids": {}, "pages": [] }, "error": "none" }""")]
    public async Task An_answer_without_a_revision_is_tried_again_and_then_told(string answer)
    {
        var error = await FailedAsync(Change(), answer);

        Assert.Equal(answer.Contains("badrevids", StringComparison.Ordinal) ? ContentErrors.RevisionNotFound : ContentErrors.EmptyAnswer, error);
        Assert.Equal([0, 1, 2], Seconds());
    }

    [Theory]
    [InlineData("""{ "main": { "content": "\ud800" } }""", ErrorTypes.InvalidOutput)]
    [InlineData("""{ "main": { "content": "a\udc00b" } }""", ErrorTypes.InvalidOutput)]
    [InlineData("""{ "main": { "content": 7 } }""", ContentErrors.ContentNotFound)]
    [InlineData("""{ "main": { "content": null } }""", ContentErrors.ContentNotFound)]
    [InlineData("""{ "main": { "content": ["text"] } }""", ContentErrors.ContentNotFound)]
    [InlineData("""{ "main": "text" }""", ContentErrors.ContentNotFound)]
    public async Task Content_that_is_no_text_is_an_error_and_nothing_is_emitted(string slots, string type)
    {
        var answer = $$"""{ "query": { "pages": [{ "revisions": [{ "slots": {{slots}} }] }] } }""";

        Assert.Equal(type, await FailedAsync(Change(), answer));
    }

    [Theory]
    [InlineData("""{ "a": { "contentmodel": "\ud800", "content": "" } }""")]
    [InlineData("""{ "\ud800": { "content": "" } }""")]
    [InlineData("""{ "a": { "contentmodel": 7, "content": "" } }""")]
    public async Task Slots_of_the_wiki_that_cannot_be_written_are_an_error_and_nothing_is_emitted(string slots)
    {
        var change = Change(change => change["revision"]!.AsObject().Remove("content_slots"));

        await FailedAsync(change, $$"""{ "query": { "pages": [{ "revisions": [{ "slots": {{slots}} }] }] } }""");
    }

    [Theory]
    [InlineData("not JSON at all")]
    [InlineData("")]
    public async Task An_answer_that_is_no_JSON_is_an_error_of_the_lookup(string answer) =>
        Assert.Equal(LookupErrorTypes.Malformed, await FailedAsync(Change(), answer));

    [Fact]
    public async Task An_event_that_its_content_makes_larger_than_the_limit_is_an_error()
    {
        var limit = Repositories.Catalog.Get(nameof(PageContentChange)).Options.MaxOutputBytes;

        Assert.Equal(10 * 1024 * 1024, limit);
        Assert.Equal(ErrorTypes.OutputTooLarge, await FailedAsync(Change(), ScriptedWiki.Text(new string('x', limit))));
        Assert.Contains("10,485,760", Message(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_error_event_holds_the_input_to_be_replayed()
    {
        var change = Change();
        await FailedAsync(change, "{}");

        Assert.Equal(change, Errors.Single().GetProperty("raw_event").GetString());
        Assert.Equal("mediawiki.page_change.v1", Errors.Single().GetProperty("errored_stream_name").GetString());
    }
}
