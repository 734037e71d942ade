using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Millrace.Core;
using Millrace.Hosting;
using Millrace.Lookups;
using Millrace.Testing;
using Xunit.Abstractions;

namespace Millrace.Functions.Tests;

public sealed class PageContentChangeTests(ITestOutputHelper output) : IDisposable
{
    private readonly RetryClock _clock = new(TimeSpan.FromSeconds(1));
    private readonly List<IDisposable> _owned = [];
    private ScriptedWiki _wiki = null!;

    public void Dispose()
    {
        _owned.ForEach(owned => owned.Dispose());
        _clock.Dispose();
    }

    [Fact]
    public async Task The_wiki_is_asked_for_the_revision_at_its_own_address()
    {
        await EmittedAsync(Change(), ScriptedWiki.Text("text"));

        Assert.Equal(
            "https://en.wikipedia.org/w/api.php?action=query&prop=revisions&revids=42&rvslots=*&rvprop=content&format=json&formatversion=2",
            Assert.Single(_wiki.Asked).AbsoluteUri);
    }

    [Fact]
    public async Task Every_slot_gets_its_content()
    {
        var change = Change(change => change["revision"]!["content_slots"]!["mediainfo"] = new JsonObject { ["slot_role"] = "mediainfo" });

        var slots = (await EmittedAsync(change, ScriptedWiki.Slots(("main", "text"), ("mediainfo", "{}"))))["revision"]!["content_slots"]!;

        Assert.Equal("text", slots["main"]!["content_body"]!.GetValue<string>());
        Assert.Equal("{}", slots["mediainfo"]!["content_body"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_the_event_says_of_a_slot_stays_and_what_it_does_not_say_comes_from_the_wiki()
    {
        var change = Change(change => change["revision"]!["content_slots"]!["main"]!.AsObject().Remove("content_format"));

        var slot = (await EmittedAsync(change, ScriptedWiki.Text("text")))["revision"]!["content_slots"]!["main"]!;

        Assert.Equal("wikitext", slot["content_model"]!.GetValue<string>());
        Assert.Equal("format/of-the-wiki", slot["content_format"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_event_that_names_no_slots_gets_those_of_the_wiki()
    {
        var change = Change(change => change["revision"]!.AsObject().Remove("content_slots"));

        var slots = (await EmittedAsync(change, ScriptedWiki.Text("text")))["revision"]!["content_slots"]!;

        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{ "main": { "content_body": "text", "slot_role": "main", "content_model": "model-of-the-wiki", "content_format": "format/of-the-wiki" } }"""), slots), slots.ToJsonString());
    }

    [Fact]
    public async Task A_slot_that_the_event_does_not_know_is_left_out()
    {
        var slots = (await EmittedAsync(Change(), ScriptedWiki.Slots(("main", "text"), ("later", "more"))))["revision"]!["content_slots"]!;

        Assert.Equal(["main"], slots.AsObject().Select(slot => slot.Key));
    }

    [Fact]
    public async Task The_rest_of_the_event_is_unchanged()
    {
        var change = Change(change => change["revision"]!["rev_size"] = 9007199254740991);

        var enriched = await EmittedAsync(change, ScriptedWiki.Text("text"));

        AssertUnchanged(JsonNode.Parse(change)!, enriched);
        Assert.Equal("/mediawiki/page/change/1.3.0", enriched["$schema"]!.GetValue<string>());
        Assert.Equal("mediawiki.page_content_change.v1", enriched["meta"]!["stream"]!.GetValue<string>());
        Assert.Equal(("en.wikipedia.org", "r-1"), (enriched["meta"]!["domain"]!.GetValue<string>(), enriched["meta"]!["request_id"]!.GetValue<string>()));
    }

    [SharedDataFact]
    public async Task Captured_page_changes_are_enriched_and_otherwise_unchanged()
    {
        foreach (var line in File.ReadLines(SharedData.At("wikimedia", "events", "page_change-wikidata-2024.ndjson")))
        {
            var (wiki, harness) = Harness(Repositories.Both, ScriptedWiki.Text("text"));
            var processed = await harness.RunAsync(line);

            Assert.True(processed.Outcome is Outcome.Emitted, Encoding.UTF8.GetString(processed.Outputs[0].Value));
            var enriched = JsonNode.Parse(processed.Outputs[0].Value)!;
            AssertUnchanged(JsonNode.Parse(line)!, enriched);
            Assert.True(Repositories.Wikimedia.TryValidate("/mediawiki/page/change/1.3.0", processed.Outputs[0].Value, out var invalid), invalid?.Message);
            var isDeletion = enriched["page_change_kind"]!.GetValue<string>() == "delete";
            Assert.Equal(isDeletion ? null : "text", enriched["revision"]!["content_slots"]?["main"]!["content_body"]?.GetValue<string>());
            Assert.Equal(isDeletion ? 0 : 1, wiki.Asked.Count);
        }
    }

    [Fact]
    public async Task A_deletion_passes_through_and_asks_nothing()
    {
        var change = Change(change => (change["page_change_kind"], change["changelog_kind"]) = ("delete", "delete"));

        AssertUnchanged(JsonNode.Parse(change)!, await EmittedAsync(change, ScriptedWiki.Text("text")));

        Assert.Empty(_wiki.Asked);
    }

    [Fact]
    public async Task A_suppressed_deletion_passes_through_and_asks_nothing()
    {
        var change = Change(change =>
        {
            (change["page_change_kind"], change["changelog_kind"]) = ("delete", "delete");
            change.Remove("performer");
            change["revision"] = JsonNode.Parse("""
                { "rev_id": 42, "rev_dt": "2026-01-31T11:00:00Z", "is_content_visible": false, "is_editor_visible": false, "is_comment_visible": false }
                """);
        });

        AssertUnchanged(JsonNode.Parse(change)!, await EmittedAsync(change, ScriptedWiki.Text("text")));

        Assert.Empty(_wiki.Asked);
    }

    [Fact]
    public async Task Content_that_is_hidden_is_not_asked_for()
    {
        var change = Change(change =>
        {
            (change["page_change_kind"], change["changelog_kind"]) = ("visibility_change", "update");
            change["revision"]!["is_content_visible"] = false;
        });

        AssertUnchanged(JsonNode.Parse(change)!, await EmittedAsync(change, ScriptedWiki.Text("text")));

        Assert.Empty(_wiki.Asked);
    }

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
    public async Task A_wiki_whose_clock_runs_a_little_ahead_is_waited_for_like_any_other()
    {
        await FailedAsync(Change(change => change["dt"] = "2026-01-31T12:00:03Z"), ScriptedWiki.NotFound);

        Assert.Equal(15, _wiki.Asked.Count);
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
        Assert.Single(_wiki.Asked);
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
    [InlineData("evil/../x")]
    [InlineData("evil.example/w/api.php?")]
    [InlineData("evil.example#")]
    [InlineData("user@en.wikipedia.org")]
    [InlineData("user:password@en.wikipedia.org")]
    [InlineData("en.wikipedia.org:8080")]
    [InlineData("en.wikipedia.org\\@evil.example")]
    [InlineData("en.wikipedia.org\n")]
    [InlineData(" en.wikipedia.org")]
    [InlineData("%65vil.example")]
    [InlineData("én.wikipedia.org")]
    [InlineData("en。wikipedia.org")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData(".wikipedia.org")]
    [InlineData("en..wikipedia.org")]
    [InlineData("[::1]")]
    [InlineData("canary.")]
    [InlineData("")]
    public async Task A_domain_that_is_no_host_name_leads_to_no_request(string domain)
    {
        foreach (var template in (string[])["https://{domain}/w/api.php", "http://127.0.0.1:1/wikis/{domain}/w/api.php"])
        {
            // The names that are host names, if odd ones, the allow-list refuses.
            var (wiki, harness) = Harness(new AnySchema(), template, "*.wikipedia.org", ScriptedWiki.Text("text"));
            await _clock.UntilDoneAsync(harness.RunAsync(Change(change => change["meta"]!["domain"] = domain)));

            Assert.Contains(Assert.Single(harness.Errors).GetProperty("error_type").GetString(), (string[])[ContentErrors.InvalidDomain, LookupErrorTypes.RefusedHost]);
            Assert.Empty(wiki.Asked);
        }
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("a..b")]
    [InlineData("evil/../x")]
    public async Task A_domain_that_is_a_way_through_directories_is_refused_even_where_it_is_only_part_of_a_path(string domain)
    {
        var (wiki, harness) = Harness(new AnySchema(), "http://127.0.0.1:1/wikis/{domain}/w/api.php", "127.0.0.1", ScriptedWiki.Text("text"));
        await harness.RunAsync(Change(change => change["meta"]!["domain"] = domain));

        Assert.Equal(ContentErrors.InvalidDomain, Assert.Single(harness.Errors).GetProperty("error_type").GetString());
        Assert.Empty(wiki.Asked);
    }

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("127.0.0.1")]
    [InlineData("0x7f.1")]
    [InlineData("2130706433")]
    [InlineData("localhost")]
    [InlineData("wikipedia.org")]
    [InlineData("evilwikipedia.org")]
    [InlineData("en.wikipedia.org.evil.example")]
    [InlineData("en.wikipedia.org.")]
    public async Task A_host_that_is_not_allowed_leads_to_no_request(string domain)
    {
        var error = await FailedAsync(Change(change => change["meta"]!["domain"] = domain), ScriptedWiki.Text("text"));

        Assert.Equal(LookupErrorTypes.RefusedHost, error);
        Assert.Empty(_wiki.Asked);
    }

    [Fact]
    public async Task A_missing_domain_is_an_error_that_names_it()
    {
        Assert.Equal(ContentErrors.InvalidDomain, await FailedAsync(Change(change => change["meta"]!.AsObject().Remove("domain")), ScriptedWiki.Text("text")));
        Assert.Equal("'.meta.domain' is missing; it names the wiki to ask.", Message());
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"quoted\" and \\escaped\\ and /slashed/")]
    [InlineData("lines\r\nand\ttabs\n\n")]
    [InlineData("\0\u0001\u001f\u007f\u0080")]
    [InlineData("\u2028\u2029\ufeff\ufffe\uffff")]
    [InlineData("𐀀 👩‍👩‍👧‍👦 𝕊 \U0010FFFF")]
    [InlineData("<b>&amp;</b> '+' %41 {{template}} ${x}")]
    [InlineData("e\u0301 é ﷽ עברית")]
    public async Task Content_is_the_same_to_the_last_character(string content)
    {
        foreach (var encoder in (JavaScriptEncoder[])[JavaScriptEncoder.Default, JavaScriptEncoder.UnsafeRelaxedJsonEscaping])
        {
            Assert.Equal(content, await RoundTripAsync(content, encoder));
        }
    }

    [Fact]
    public async Task Content_of_any_characters_is_the_same_to_the_last_one()
    {
        var seed = Environment.GetEnvironmentVariable("MILLRACE_SEED") is { } given ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture) : 20260131;
        output.WriteLine($"MILLRACE_SEED={seed}");
        var random = new Random(seed);
        for (var n = 0; n < 50; n++)
        {
            var content = Text(random, random.Next(2_000));

            Assert.Equal(content, await RoundTripAsync(content, n % 2 == 0 ? JavaScriptEncoder.Default : JavaScriptEncoder.UnsafeRelaxedJsonEscaping));
        }
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
    public async Task An_event_just_below_the_limit_is_emitted()
    {
        var content = new string('x', (10 * 1024 * 1024) - 4_096);

        Assert.Equal(content, await RoundTripAsync(content, JavaScriptEncoder.Default));
    }

    [Fact]
    public async Task The_error_event_holds_the_input_to_be_replayed()
    {
        var change = Change();
        await FailedAsync(change, "{}");

        Assert.Equal(change, _errors.Single().GetProperty("raw_event").GetString());
        Assert.Equal("mediawiki.page_change.v1", _errors.Single().GetProperty("errored_stream_name").GetString());
    }

    private IReadOnlyList<JsonElement> _errors = [];

    private string Message() => _errors.Single().GetProperty("message").GetString()!;

    private IEnumerable<double> Seconds() => _wiki.Times.Select(time => (time - _wiki.Times[0]).TotalSeconds);

    private async Task<string> RoundTripAsync(string content, JavaScriptEncoder encoder)
    {
        var answer = ScriptedWiki.Answer(new JsonObject { ["main"] = new JsonObject { ["content"] = content } }, encoder);
        return (await EmittedAsync(Change(), answer))["revision"]!["content_slots"]!["main"]!["content_body"]!.GetValue<string>();
    }

    private async Task<JsonNode> EmittedAsync(string change, params string[] answers)
    {
        (_wiki, var harness) = Harness(Repositories.Own, answers);
        var processed = await _clock.UntilDoneAsync(harness.RunAsync(change));
        var written = Assert.Single(processed.Outputs);
        Assert.True(processed.Outcome is Outcome.Emitted, Encoding.UTF8.GetString(written.Value.AsSpan(0, Math.Min(4_096, written.Value.Length))));
        Assert.Equal("""{"wiki_id":"enwiki","page_id":17}""", Encoding.UTF8.GetString(written.Key!));
        return JsonNode.Parse(written.Value)!;
    }

    /// <returns>The type of the only error event.</returns>
    private async Task<string> FailedAsync(string change, params string[] answers)
    {
        (_wiki, var harness) = Harness(Repositories.Own, answers);
        await _clock.UntilDoneAsync(harness.RunAsync(change));
        _errors = harness.Errors;
        Assert.Empty(harness.Outputs);
        var error = Assert.Single(_errors);
        Assert.True(Repositories.Own.TryValidate("/error/2.1.0", Encoding.UTF8.GetBytes(error.GetRawText()), out var invalid), invalid?.Message);
        return error.GetProperty("error_type").GetString()!;
    }

    private (ScriptedWiki Wiki, StageHarness Harness) Harness(IEventSchemas schemas, params string[] answers) =>
        Harness(schemas, new PageContentChangeSettings().ApiTemplate, "*.wikipedia.org", answers);

    private (ScriptedWiki Wiki, StageHarness Harness) Harness(IEventSchemas schemas, string template, string allowed, params string[] answers)
    {
        var wiki = new ScriptedWiki(_clock, answers);
        var settings = new PageContentChangeSettings { ApiTemplate = template };
        settings.Lookup.Attempts = 1;
        settings.Lookup.AllowedHosts.Add(allowed);
        settings.Lookup.AllowedHosts.Add("*.wikidata.org");
        var api = new ContentApi(settings, new LookupFactory(_clock, NullLogger<HttpLookup>.Instance) { Transport = _ => wiki }, _clock);
        _owned.Add(api);
        return (wiki, new StageHarness(Repositories.Catalog.Get(nameof(PageContentChange)), new PageContentChange(api), schemas, _clock));
    }

    // Everything but what the platform stamps and the content itself.
    private static void AssertUnchanged(JsonNode input, JsonNode enriched)
    {
        var (before, after) = (Rest(input), Rest(enriched));
        Assert.True(JsonNode.DeepEquals(before, after), $"Expected {before.ToJsonString()}, but was {after.ToJsonString()}");

        static JsonObject Rest(JsonNode change)
        {
            var rest = change.DeepClone().AsObject();
            rest.Remove("$schema");
            rest.Remove("meta");
            foreach (var slot in rest["revision"]!["content_slots"]?.AsObject() ?? [])
            {
                slot.Value!.AsObject().Remove("content_body");
            }

            return rest;
        }
    }

    private static string Text(Random random, int length)
    {
        var text = new StringBuilder();
        while (text.Length < length)
        {
            var character = random.Next(0x110000);
            if (character is < 0xD800 or > 0xDFFF)
            {
                text.Append(char.ConvertFromUtf32(random.Next(3) == 0 ? character : character % 0x100));
            }
        }

        return text.ToString();
    }

    private static string Change(Action<JsonObject>? change = null)
    {
        var json = JsonNode.Parse("""
            {
              "$schema": "/mediawiki/page/change/1.3.0",
              "meta": {
                "uri": "https://en.wikipedia.org/wiki/Millrace", "request_id": "r-1", "id": "i-1", "dt": "2026-01-31T11:00:01Z",
                "domain": "en.wikipedia.org", "stream": "mediawiki.page_change.v1"
              },
              "changelog_kind": "update", "page_change_kind": "edit", "dt": "2026-01-31T11:00:00Z", "wiki_id": "enwiki",
              "page": { "page_id": 17, "page_title": "Millrace", "namespace_id": 0 },
              "performer": { "user_text": "Miller", "groups": ["*"] },
              "revision": {
                "rev_id": 42, "rev_parent_id": 41, "rev_dt": "2026-01-31T11:00:00Z", "comment": "c",
                "is_content_visible": true, "is_editor_visible": true, "is_comment_visible": true,
                "content_slots": {
                  "main": {
                    "slot_role": "main", "content_model": "wikitext", "content_sha1": "abc", "content_size": 1024, "content_format": "text/x-wiki", "origin_rev_id": 42
                  }
                }
              },
              "prior_state": { "revision": { "rev_id": 41 } }
            }
            """)!.AsObject();
        change?.Invoke(json);
        return json.ToJsonString(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
