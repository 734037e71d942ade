using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Millrace.Core;
using Millrace.Testing;

namespace Millrace.Functions.Tests;

public sealed class PageChangeTests
{
    private const string Revisions = "mediawiki.revision-create";
    private const string NewPages = "mediawiki.page-create";

    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task An_edit_is_an_update_field_by_field()
    {
        var change = await ChangeAsync(Revision());

        // Made of the input's position, so that the same input always gives the same id.
        var id = (await ChangeAsync(Revision()))["meta"]!["id"]!.GetValue<string>();
        Assert.NotEqual("i-1", id);
        AssertJson(
            $$"""
            {
              "$schema": "/mediawiki/page/change/1.3.0",
              "meta": {
                "uri": "https://wiki.example.org/wiki/Millrace", "request_id": "r-1", "id": "{{id}}", "dt": "2026-01-31T12:00:00.000Z",
                "domain": "wiki.example.org", "stream": "mediawiki.page_change.v1"
              },
              "changelog_kind": "update",
              "page_change_kind": "edit",
              "dt": "2026-01-31T11:59:58Z",
              "wiki_id": "examplewiki",
              "page": { "page_id": 17, "page_title": "Millrace", "namespace_id": 4, "is_redirect": true },
              "performer": {
                "user_text": "Miller", "groups": ["sysop", "*"], "is_bot": false, "user_id": 7, "registration_dt": "2006-10-14T10:36:59Z", "edit_count": 3
              },
              "revision": {
                "rev_id": 42, "rev_parent_id": 41, "rev_dt": "2026-01-31T11:59:58Z", "is_minor_edit": true, "rev_sha1": "abc", "rev_size": 1024, "comment": "\"c\"",
                "editor": {
                  "user_text": "Miller", "groups": ["sysop", "*"], "is_bot": false, "user_id": 7, "registration_dt": "2006-10-14T10:36:59Z", "edit_count": 3
                },
                "is_content_visible": true, "is_editor_visible": true, "is_comment_visible": true,
                "content_slots": {
                  "main": {
                    "slot_role": "main", "content_model": "wikitext", "content_sha1": "abc", "content_size": 1024, "content_format": "text/x-wiki", "origin_rev_id": 42
                  }
                }
              },
              "prior_state": { "revision": { "rev_id": 41 } }
            }
            """,
            change);
    }

    [Fact]
    public async Task Slots_are_those_of_the_event_where_it_names_them()
    {
        var change = await ChangeAsync(Revision(revision => revision["rev_slots"] = JsonNode.Parse("""
            {
              "main": { "rev_slot_content_model": "wikitext", "rev_slot_sha1": "m", "rev_slot_size": 10, "rev_slot_origin_rev_id": 40 },
              "mediainfo": { "rev_slot_content_model": "wikibase-mediainfo", "rev_slot_sha1": "i", "rev_slot_size": 20, "rev_slot_origin_rev_id": 42 }
            }
            """)));

        AssertJson(
            """
            {
              "main": { "slot_role": "main", "content_model": "wikitext", "content_sha1": "m", "content_size": 10, "origin_rev_id": 40 },
              "mediainfo": { "slot_role": "mediainfo", "content_model": "wikibase-mediainfo", "content_sha1": "i", "content_size": 20, "origin_rev_id": 42 }
            }
            """,
            change["revision"]!["content_slots"]!);
    }

    [Fact]
    public async Task A_new_page_is_an_insert_that_nothing_was_before()
    {
        var change = await ChangeAsync(Revision(AsNewPage), NewPages);

        Assert.Equal(("insert", "create"), Kinds(change));
        Assert.Equal("2026-01-31T11:59:58Z", change["dt"]!.GetValue<string>());
        Assert.Null(change["prior_state"]);
        Assert.Null(change["revision"]!["rev_parent_id"]);
        Assert.Equal(42, change["revision"]!["rev_id"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_new_page_whose_revision_has_a_parent_is_created_all_the_same()
    {
        // Pages are imported with their history.
        var change = await ChangeAsync(Revision(revision => revision["meta"]!["stream"] = NewPages), NewPages);

        Assert.Equal(("insert", "create"), Kinds(change));
        Assert.Equal(41, change["revision"]!["rev_parent_id"]!.GetValue<int>());
        Assert.Null(change["prior_state"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    public async Task A_first_revision_is_a_creation_unless_the_settings_filter_it(int? parent)
    {
        var first = Revision(revision => SetParent(revision, parent));

        Assert.Equal(("insert", "create"), Kinds(await ChangeAsync(first)));
        var filtered = Assert.IsType<Outcome.Filtered>((await Harness(FirstRevisions.Filter).RunAsync(first)).Outcome);
        Assert.Equal("first_revision", filtered.Reason);
    }

    [Fact]
    public async Task Filtering_first_revisions_leaves_new_pages_and_edits_alone()
    {
        var harness = Harness(FirstRevisions.Filter);

        Assert.IsType<Outcome.Emitted>((await harness.RunAsync(Revision())).Outcome);
        Assert.IsType<Outcome.Emitted>((await harness.RunAsync(Encoding.UTF8.GetBytes(Revision(AsNewPage)), NewPages)).Outcome);
    }

    [Fact]
    public async Task An_editor_without_an_account_has_a_name_and_what_else_the_event_says()
    {
        var change = await ChangeAsync(Revision(revision => revision["performer"] = new JsonObject
        {
            ["user_text"] = "203.0.113.7",
            ["user_groups"] = new JsonArray("*"),
            ["user_is_bot"] = false,
        }));

        AssertJson("""{ "user_text": "203.0.113.7", "groups": ["*"], "is_bot": false }""", change["performer"]!);
        AssertJson("""{ "user_text": "203.0.113.7", "groups": ["*"], "is_bot": false }""", change["revision"]!["editor"]!);
    }

    [Fact]
    public async Task A_revision_without_an_editor_has_none()
    {
        var change = await ChangeAsync(Revision(revision => revision.Remove("performer")));

        Assert.Null(change["performer"]);
        Assert.Null(change["revision"]!["editor"]);
    }

    [Fact]
    public async Task An_event_without_what_the_key_is_made_of_fails()
    {
        var processed = await Harness().RunAsync(Revision(revision => revision.Remove("database")));

        Assert.IsType<Outcome.Failed>(processed.Outcome);
    }

    [CorpusFact]
    public async Task Every_captured_event_becomes_a_valid_page_change()
    {
        var (harness, wikimedia) = (Harness(), Repositories.Wikimedia);
        var inputs = Captured().ToList();

        foreach (var (input, topic) in inputs)
        {
            var processed = await harness.RunAsync(input, topic);

            var output = Assert.Single(processed.Outputs);
            Assert.True(processed.Outcome is Outcome.Emitted, Encoding.UTF8.GetString(output.Value));
            Assert.True(Repositories.Own.TryValidate("/mediawiki/page/change/1.3.0", output.Value, out var own), own?.Message);
            Assert.True(wikimedia.TryValidate("/mediawiki/page/change/1.3.0", output.Value, out var theirs), theirs?.Message);
        }

        Assert.Equal(1_612, inputs.Count);
        Assert.Equal((1_612L, 1_612L), (harness.Tally.In, harness.Tally.Emitted));
    }

    [CorpusFact]
    public async Task Every_captured_event_becomes_a_change_of_its_page_at_its_time()
    {
        var harness = Harness();
        foreach (var (input, topic) in Captured())
        {
            var revision = JsonElement.Parse(input);
            var output = Assert.Single((await harness.RunAsync(input, topic)).Outputs);
            var change = JsonElement.Parse(output.Value);

            Assert.Equal($$"""{"wiki_id":"{{revision.GetProperty("database").GetString()}}","page_id":{{revision.GetProperty("page_id").GetInt64()}}}""", Encoding.UTF8.GetString(output.Key!));
            Assert.Equal(revision.GetProperty("rev_timestamp").GetString(), change.GetProperty("dt").GetString());
            Assert.Equal(revision.GetProperty("rev_timestamp").GetString(), change.GetProperty("revision").GetProperty("rev_dt").GetString());
            Assert.Equal(revision.GetProperty("rev_id").GetInt64(), change.GetProperty("revision").GetProperty("rev_id").GetInt64());
            Assert.Equal(revision.GetProperty("meta").GetProperty("domain").GetString(), change.GetProperty("meta").GetProperty("domain").GetString());
            var isEdit = change.GetProperty("page_change_kind").GetString() == "edit";
            Assert.Equal(isEdit ? "update" : "insert", change.GetProperty("changelog_kind").GetString());
            Assert.Equal(isEdit, topic == Revisions && revision.Child("rev_parent_id").Number() > 0);
            Assert.Equal(isEdit ? revision.Child("rev_parent_id").Number() : null, change.Child("prior_state").Child("revision").Child("rev_id").Number());
        }
    }

    [CorpusTheory]
    [InlineData("create")]
    [InlineData("edit")]
    public async Task A_change_has_no_field_that_a_real_one_does_not_have(string kind)
    {
        var real = Lines("page_change-wikidata-2024.ndjson").Select(line => JsonElement.Parse(line))
            .Where(change => change.GetProperty("page_change_kind").GetString() == kind)
            .SelectMany(change => Fields(change, "")).ToHashSet();
        var harness = Harness();
        foreach (var (input, topic) in Captured())
        {
            await harness.RunAsync(input, topic);
        }

        var ours = harness.Outputs.Where(change => change.GetProperty("page_change_kind").GetString() == kind).SelectMany(change => Fields(change, "")).ToHashSet();

        Assert.NotEmpty(ours);
        Assert.Empty(ours.Except(real));

        // What only a wiki knows of its users, and what an event about one revision does not know of the one before it.
        Assert.DoesNotContain(real.Except(ours), field =>
            !field.EndsWith(".is_system", StringComparison.Ordinal) && !field.EndsWith(".is_temp", StringComparison.Ordinal) &&
            !field.StartsWith(".prior_state.revision.", StringComparison.Ordinal));
    }

    private static IEnumerable<(byte[] Value, string Topic)> Captured() =>
        Lines("revision-create-2021-08-27.ndjson").Select(line => (line, Revisions)).Concat(Lines("page-create-2021-08-20.ndjson").Select(line => (line, NewPages)));

    private static IEnumerable<byte[]> Lines(string file) =>
        File.ReadLines(Corpus.At("wikimedia", "events", file)).Where(line => line.Length > 0).Select(Encoding.UTF8.GetBytes);

    private static IEnumerable<string> Fields(JsonElement element, string path) => element.ValueKind != JsonValueKind.Object
        ? [path]
        : element.EnumerateObject().SelectMany(field => Fields(field.Value, path.EndsWith(".content_slots", StringComparison.Ordinal) ? $"{path}.*" : $"{path}.{field.Name}"));

    private static StageHarness Harness(FirstRevisions firstRevisions = FirstRevisions.Create) => new(
        Repositories.Catalog.Get(nameof(PageChange)),
        new PageChange(new PageChangeSettings { NewPages = NewPages, FirstRevisions = firstRevisions }),
        Repositories.Own,
        new FakeTimeProvider(Now));

    private static async Task<JsonNode> ChangeAsync(string revision, string topic = Revisions)
    {
        var processed = await Harness().RunAsync(Encoding.UTF8.GetBytes(revision), topic);
        var output = Assert.Single(processed.Outputs);
        Assert.True(processed.Outcome is Outcome.Emitted, Encoding.UTF8.GetString(output.Value));
        return JsonNode.Parse(output.Value)!;
    }

    private static (string, string) Kinds(JsonNode change) => (change["changelog_kind"]!.GetValue<string>(), change["page_change_kind"]!.GetValue<string>());

    private static void AssertJson(string expected, JsonNode actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"Expected {expected}, but was {actual.ToJsonString()}");

    private static void AsNewPage(JsonObject revision)
    {
        revision["meta"]!["stream"] = NewPages;
        revision.Remove("rev_parent_id");
    }

    private static void SetParent(JsonObject revision, int? parent)
    {
        revision.Remove("rev_parent_id");
        if (parent is not null)
        {
            revision["rev_parent_id"] = parent;
        }
    }

    private static string Revision(Action<JsonObject>? change = null)
    {
        var revision = JsonNode.Parse("""
            {
              "$schema": "/mediawiki/revision/create/1.1.0",
              "meta": {
                "uri": "https://wiki.example.org/wiki/Millrace", "request_id": "r-1", "id": "i-1", "dt": "2026-01-31T11:59:59Z",
                "domain": "wiki.example.org", "stream": "mediawiki.revision-create", "topic": "eqiad.mediawiki.revision-create", "partition": 0, "offset": 1
              },
              "database": "examplewiki", "page_id": 17, "page_title": "Millrace", "page_namespace": 4, "page_is_redirect": true,
              "rev_id": 42, "rev_parent_id": 41, "rev_timestamp": "2026-01-31T11:59:58Z", "rev_len": 1024, "rev_sha1": "abc", "rev_minor_edit": true,
              "rev_content_model": "wikitext", "rev_content_format": "text/x-wiki", "rev_content_changed": true, "comment": "\"c\"", "parsedcomment": "&quot;c&quot;",
              "performer": {
                "user_text": "Miller", "user_groups": ["sysop", "*"], "user_is_bot": false, "user_id": 7,
                "user_registration_dt": "2006-10-14T10:36:59Z", "user_edit_count": 3
              }
            }
            """)!.AsObject();
        change?.Invoke(revision);
        return revision.ToJsonString();
    }
}
