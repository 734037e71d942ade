using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using Millrace.Core;
using Xunit.Abstractions;

namespace Millrace.Functions.Tests;

/// <summary>What is emitted: filled, passed through, and otherwise unchanged.</summary>
public sealed class PageContentChangeTests(ITestOutputHelper output) : PageContentChangeFixture
{
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

    [CorpusFact]
    public async Task Captured_page_changes_are_enriched_and_otherwise_unchanged()
    {
        foreach (var line in File.ReadLines(Corpus.At("wikimedia", "events", "page_change-wikidata-2024.ndjson")))
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

        Assert.Empty(Wiki.Asked);
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

        Assert.Empty(Wiki.Asked);
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

        Assert.Empty(Wiki.Asked);
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

    [Fact]
    public async Task An_event_just_below_the_limit_is_emitted()
    {
        var content = new string('x', (10 * 1024 * 1024) - 4_096);

        Assert.Equal(content, await RoundTripAsync(content, JavaScriptEncoder.Default));
    }

    private async Task<string> RoundTripAsync(string content, JavaScriptEncoder encoder)
    {
        var answer = ScriptedWiki.Answer(new JsonObject { ["main"] = new JsonObject { ["content"] = content } }, encoder);
        return (await EmittedAsync(Change(), answer))["revision"]!["content_slots"]!["main"]!["content_body"]!.GetValue<string>();
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
}
