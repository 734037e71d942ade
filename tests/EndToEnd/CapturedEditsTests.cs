using System.Text;
using System.Text.Json;
using Millrace.Core;
using Millrace.Local;
using Millrace.Schemas;
using Xunit.Abstractions;

namespace Millrace.EndToEnd;

/// <summary>The main job: captured edits become enriched pages with one command.</summary>
public sealed class CapturedEditsTests(ITestOutputHelper output)
{
    private const string PageChange = "mediawiki.page_change.v1";
    private const string PageContentChange = "mediawiki.page_content_change.v1";
    private const int Captured = 1_571 + 41;

    private static string RevisionFile => Corpus.At("wikimedia", "events", "revision-create-2021-08-27.ndjson");

    private static string PageFile => Corpus.At("wikimedia", "events", "page-create-2021-08-20.ndjson");

    [CorpusFact]
    public async Task Every_captured_edit_becomes_an_enriched_page()
    {
        using var millrace = new MillraceCommand();

        var run = await millrace.RunAsync("dev", "--input", $"{RevisionFile},{PageFile}", "--until-drained", "--output", millrace.Output, "--json");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal((Captured, Captured, 0, 0, 0), run.Account("PageChange"));
        Assert.Equal((Captured, Captured, 0, 0, 0), run.Account("PageContentChange"));
        Assert.Empty(millrace.Lines("PageChange.error"));
        Assert.Empty(millrace.Lines("PageContentChange.error"));
        AssertComplete(millrace.Events(PageChange));
        AssertComplete(millrace.Events(PageContentChange));
        AssertOrder(millrace, PageChange);
        AssertOrder(millrace, PageContentChange);
        AssertValid(millrace.Lines(PageChange).Concat(millrace.Lines(PageContentChange)));
        Assert.All(millrace.Events(PageContentChange), change => Assert.Equal(
            Wikitext.Of(change.Child("meta").Child("domain").Text()!, change.Child("revision").Child("rev_id").Number()!.Value),
            change.Child("revision").Child("content_slots").Child("main").Child("content_body").Text()));
    }

    [CorpusFact]
    public async Task Garbage_and_only_garbage_ends_in_the_error_streams_with_every_byte()
    {
        var seed = Environment.GetEnvironmentVariable("MILLRACE_SEED") is { } given ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture) : Random.Shared.Next();
        output.WriteLine($"MILLRACE_SEED={seed}");
        var random = new Random(seed);
        using var millrace = new MillraceCommand();
        var good = MillraceCommand.Split(File.ReadAllBytes(RevisionFile));
        var garbage = Enumerable.Range(0, 20).SelectMany(_ => Garbage.Of(good[random.Next(good.Length)], random)).ToList();
        var mixed = good.ToList();
        garbage.ForEach(line => mixed.Insert(random.Next(mixed.Count + 1), line));

        var run = await millrace.RunAsync("dev", "--input", $"{millrace.Write("mixed.ndjson", mixed)},{PageFile}", "--until-drained", "--output", millrace.Output, "--json");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal((Captured + garbage.Count, Captured, 0, garbage.Count, 0), run.Account("PageChange"));
        Assert.Equal((Captured, Captured, 0, 0, 0), run.Account("PageContentChange"));
        var errors = millrace.Events("PageChange.error");
        Assert.Equal(
            garbage.Select(Convert.ToHexString).Order(StringComparer.Ordinal),
            errors.Select(error => Convert.ToHexString(Raw(error))).Order(StringComparer.Ordinal));
        Assert.All(errors, error => Assert.NotEqual("", error.Child("message").Text()));
        AssertComplete(millrace.Events(PageContentChange));
        AssertOrder(millrace, PageContentChange);
        AssertValid(millrace.Lines("PageChange.error"));
    }

    [CorpusFact]
    public async Task A_wiki_that_misbehaves_costs_time_and_nothing_else()
    {
        using var millrace = new MillraceCommand();

        var run = await millrace.RunAsync(
            "dev", "--input", RevisionFile, "--until-drained", "--output", millrace.Output, "--json",
            "--api-faults", "NotFound:1=0.02,TooManyRequests:1=0.02,ServerError:1=0.02,Reset:1=0.02,Truncated:1=0.02,Empty:1=0.01,Hidden=0.01,NotFound=0");

        Assert.True(run.ExitCode == 0, run.Error);
        var failed = run.Account("PageContentChange").Failed;
        Assert.Equal((1_571, 1_571 - failed, 0, failed, 0), run.Account("PageContentChange"));
        Assert.InRange(failed, 1, 60);
        Assert.All(millrace.Events("PageContentChange.error"), error =>
        {
            Assert.Equal("content_not_found", error.Child("error_type").Text());
            Assert.Contains("content_body' cannot be filled: it is hidden", error.Child("message").Text(), StringComparison.Ordinal);
        });
        AssertOrder(millrace, PageContentChange);
    }

    [CorpusFact]
    public async Task Deletions_and_hidden_content_pass_through_without_a_body()
    {
        using var millrace = new MillraceCommand();
        var changes = Corpus.At("wikimedia", "events", "page_change-wikidata-2024.ndjson");

        var run = await millrace.RunAsync("dev", "--input", changes, "--schemas", Corpus.At("wikimedia", "schemas"), "--until-drained", "--output", millrace.Output, "--json");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal((10, 10, 0, 0, 0), run.Account("PageContentChange"));
        AssertValid(millrace.Lines(PageContentChange));
        var events = millrace.Events(PageContentChange);
        Assert.Equal(2, events.Count(change => change.Child("page_change_kind").Text() == "delete"));
        Assert.All(events, change => Assert.Equal(
            change.Child("page_change_kind").Text() == "delete",
            change.Child("revision").Child("content_slots").Child("main").Child("content_body").ValueKind == JsonValueKind.Undefined));
    }

    private static byte[] Raw(JsonElement error)
    {
        const string Base64 = "data:application/octet-stream;base64,";
        var raw = error.Child("raw_event").Text()!;
        return raw.StartsWith(Base64, StringComparison.Ordinal) ? Convert.FromBase64String(raw[Base64.Length..]) : Encoding.UTF8.GetBytes(raw);
    }

    private static void AssertComplete(JsonElement[] changes)
    {
        var expected = File.ReadLines(RevisionFile).Concat(File.ReadLines(PageFile)).Select(line => JsonElement.Parse(line))
            .Select(revision => (revision.Child("database").Text(), revision.Child("rev_id").Number()));

        Assert.Equal(expected.Order(), changes.Select(change => (change.Child("wiki_id").Text(), change.Child("revision").Child("rev_id").Number())).Order());
    }

    // The revisions of each page must leave in the order in which they came, which is not that of their ids.
    private static void AssertOrder(MillraceCommand millrace, string stream)
    {
        var expected = File.ReadLines(RevisionFile).Concat(File.ReadLines(PageFile)).Select(line => JsonElement.Parse(line))
            .ToLookup(revision => (revision.Child("database").Text(), revision.Child("page_id").Number()), revision => revision.Child("rev_id").Number());
        var changes = millrace.Events(stream);
        var positions = millrace.Positions(stream);
        Assert.Equal(changes.Length, positions.Length);
        var actual = changes.Zip(positions).GroupBy(pair => (pair.First.Child("wiki_id").Text(), pair.First.Child("page").Child("page_id").Number())).ToList();

        Assert.All(actual, page =>
        {
            Assert.Single(page.Select(pair => pair.Second.Child("partition").Number()).Distinct());
            var revisions = page.OrderBy(pair => pair.Second.Child("offset").Number()).Select(pair => pair.First.Child("revision").Child("rev_id").Number()).ToList();
            Assert.Equal(expected[page.Key].Where(revisions.Contains), revisions);
        });
    }

    private static void AssertValid(IEnumerable<byte[]> lines)
    {
        var options = new SchemaRepositoryOptions();
        options.Bases.Add(Corpus.At("wikimedia", "schemas"));
        var schemas = new EventSchemas(new SchemaRepository(options, null, TimeProvider.System));

        Assert.All(lines, line =>
        {
            var schema = JsonElement.Parse(line).Child("$schema").Text()!;
            Assert.True(schemas.TryValidate(schema, line, out var error), error?.Message);
        });
    }
}
