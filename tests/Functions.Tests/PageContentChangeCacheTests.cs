using Millrace.Lookups;

namespace Millrace.Functions.Tests;

public sealed class PageContentChangeCacheTests : PageContentChangeFixture
{
    private const string Young = "2026-01-31T12:00:00Z";

    [Fact]
    public async Task A_revision_that_turns_up_later_is_found_though_answers_are_kept()
    {
        var enriched = await EmittedAsync(Change(change => change["dt"] = Young), ScriptedWiki.NotFound, ScriptedWiki.Text("text"));

        Assert.Equal("text", (string?)enriched["revision"]!["content_slots"]!["main"]!["content_body"]);
        Assert.Equal([0, 3], Seconds());
    }

    [Fact]
    public async Task An_error_of_the_wikis_is_not_kept()
    {
        await EmittedAsync(Change(), """{ "error": { "code": "busy" } }""", ScriptedWiki.Text("text"));

        Assert.Equal([0, 1], Seconds());
    }

    private protected override void Configure(LookupOptions options) =>
        (options.Cache.MaxBytes, options.Cache.NegativeTimeToLive) = (1_000_000, TimeSpan.FromSeconds(3));
}
