using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Millrace.Core;
using Millrace.Hosting;
using Millrace.Lookups;
using Millrace.Testing;

namespace Millrace.Functions.Tests;

/// <summary>The stage over a scripted wiki, a clock that waits for nobody, and a page change that is right unless a test makes it wrong.</summary>
public abstract class PageContentChangeFixture : IDisposable
{
    private readonly List<IDisposable> _owned = [];

    private protected RetryClock Clock { get; } = new(TimeSpan.FromSeconds(1));

    /// <summary>The wiki of the latest run.</summary>
    private protected ScriptedWiki Wiki { get; private set; } = null!;

    /// <summary>The error events of the latest run that failed.</summary>
    private protected IReadOnlyList<JsonElement> Errors { get; private set; } = [];

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        _owned.ForEach(owned => owned.Dispose());
        Clock.Dispose();
    }

    private protected string Message() => Errors.Single().GetProperty("message").GetString()!;

    private protected IEnumerable<double> Seconds() => Wiki.Times.Select(time => (time - Wiki.Times[0]).TotalSeconds);

    private protected virtual void Configure(LookupOptions options)
    {
    }

    private protected async Task<JsonNode> EmittedAsync(string change, params string[] answers)
    {
        (Wiki, var harness) = Harness(Repositories.Own, answers);
        var processed = await Clock.UntilDoneAsync(harness.RunAsync(change));
        var written = Assert.Single(processed.Outputs);
        Assert.True(processed.Outcome is Outcome.Emitted, Encoding.UTF8.GetString(written.Value.AsSpan(0, Math.Min(4_096, written.Value.Length))));
        Assert.Equal("""{"wiki_id":"enwiki","page_id":17}""", Encoding.UTF8.GetString(written.Key!));
        return JsonNode.Parse(written.Value)!;
    }

    /// <returns>The type of the only error event.</returns>
    private protected async Task<string> FailedAsync(string change, params string[] answers)
    {
        (Wiki, var harness) = Harness(Repositories.Own, answers);
        await Clock.UntilDoneAsync(harness.RunAsync(change));
        Errors = harness.Errors;
        Assert.Empty(harness.Outputs);
        var error = Assert.Single(Errors);
        Assert.True(Repositories.Own.TryValidate("/error/2.1.0", Encoding.UTF8.GetBytes(error.GetRawText()), out var invalid), invalid?.Message);
        return error.GetProperty("error_type").GetString()!;
    }

    private protected (ScriptedWiki Wiki, StageHarness Harness) Harness(IEventSchemas schemas, params string[] answers) =>
        Harness(schemas, new PageContentChangeSettings().ApiTemplate, "*.wikipedia.org", answers);

    private protected (ScriptedWiki Wiki, StageHarness Harness) Harness(IEventSchemas schemas, string template, string allowed, params string[] answers)
    {
        var wiki = new ScriptedWiki(Clock, answers);
        var settings = new PageContentChangeSettings { ApiTemplate = template };
        settings.Lookup.Attempts = 1;
        settings.Lookup.AllowedHosts.Add(allowed);
        settings.Lookup.AllowedHosts.Add("*.wikidata.org");
        Configure(settings.Lookup);
        var api = new ContentApi(settings, new LookupFactory(Clock, NullLogger<HttpLookup>.Instance) { Transport = _ => wiki }, Clock);
        _owned.Add(api);
        return (wiki, new StageHarness(Repositories.Catalog.Get(nameof(PageContentChange)), new PageContentChange(api), schemas, Clock));
    }

    // Everything but what the platform stamps and the content itself.
    private protected static void AssertUnchanged(JsonNode input, JsonNode enriched)
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

    private protected static string Change(Action<JsonObject>? change = null)
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
