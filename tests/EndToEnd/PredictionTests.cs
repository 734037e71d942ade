using System.Text;
using System.Text.Json;
using Millrace.Schemas;

namespace Millrace.EndToEnd;

/// <summary><c>millrace dev --predict</c>: a stage that has an entry and an OpenAPI document, and no line of C#.</summary>
public sealed class PredictionTests
{
    private const string Changes = "mediawiki.page_change.v1";
    private const string Predictions = "mediawiki.page_prediction_change.v1";

    [Fact]
    public void It_has_no_code() => Assert.Empty(Directory.GetFiles(Path.Combine(Corpus.Repository, "functions", "PagePrediction"), "*.cs", SearchOption.AllDirectories));

    [Fact]
    public async Task Every_change_is_sorted_into_classes_by_the_model_that_the_document_describes()
    {
        using var millrace = new MillraceCommand();

        var run = await millrace.RunAsync("dev", "--predict", "--until-drained", "--rate", "200", "--timeout", "300", "--output", millrace.Output, "--json");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal((200, 200, 0, 0, 0), run.Account("PagePrediction"));
        Assert.Equal(
            millrace.Events(Changes).Select(RevisionOf).Order(),
            millrace.Events(Predictions).Select(RevisionOf).Order());
        Assert.All(millrace.Events(Predictions), prediction =>
        {
            var said = prediction.GetProperty("predicted_classification");
            Assert.Equal(("articletopic", "1.0.0"), (said.GetProperty("model_name").GetString(), said.GetProperty("model_version").GetString()));
            Assert.Equal(
                said.GetProperty("probabilities").EnumerateObject().Where(score => score.Value.GetDouble() >= 0.5).Select(score => score.Name),
                said.GetProperty("predictions").EnumerateArray().Select(name => name.GetString()!));
        });
        AssertValid(millrace.Lines(Predictions), Path.Combine(AppContext.BaseDirectory, "jsonschema"));
        if (Corpus.Missing is null)
        {
            AssertValid(millrace.Lines(Predictions), Corpus.At("wikimedia", "schemas"));
        }
    }

    [Fact]
    public async Task Rules_leave_out_and_a_model_that_answers_otherwise_fails_events()
    {
        using var millrace = new MillraceCommand();
        var input = millrace.Write("changes.ndjson", [Change(1, 0, "edit", "Mill"), Change(2, 4, "edit", "Project:Mill"), Change(3, 0, "delete", "Mill"), Change(4, 0, "edit", new string('x', 600))]);

        var run = await millrace.RunAsync("dev", "--predict", "--input", input, "--until-drained", "--timeout", "300", "--output", millrace.Output, "--json");

        Assert.Equal((4, 1, 2, 1, 0), run.Account("PagePrediction"));
        Assert.Equal("lookup_invalid_parameter", Assert.Single(millrace.Events("PagePrediction.error")).GetProperty("error_type").GetString());
    }

    [Fact]
    public async Task Without_the_switch_it_does_not_run()
    {
        using var millrace = new MillraceCommand();

        var run = await millrace.RunAsync("dev", "--until-drained", "--rate", "200", "--timeout", "300", "--json");

        Assert.Equal(["PageChange", "PageContentChange"], run.Summary.GetProperty("stages").EnumerateArray().Select(stage => stage.GetProperty("stage").GetString()));
    }

    private static (string?, long) RevisionOf(JsonElement change) => (change.GetProperty("wiki_id").GetString(), change.GetProperty("revision").GetProperty("rev_id").GetInt64());

    private static byte[] Change(int revision, int space, string kind, string title) => Encoding.UTF8.GetBytes($$"""
        {"$schema":"/mediawiki/page/change/1.3.0","meta":{"stream":"{{Changes}}","domain":"en.wikipedia.org","dt":"2026-01-31T12:00:01Z","id":"i-{{revision}}"},"dt":"2026-01-31T12:00:00Z","wiki_id":"enwiki","changelog_kind":"{{(kind == "delete" ? "delete" : "update")}}","page_change_kind":"{{kind}}","page":{"page_id":{{revision}},"page_title":"{{title}}","namespace_id":{{space}}},"revision":{"rev_id":{{revision}},"rev_dt":"2026-01-31T12:00:00Z","content_slots":{"main":{"slot_role":"main"} } } }
        """);

    private static void AssertValid(IEnumerable<byte[]> events, string repository)
    {
        var options = new SchemaRepositoryOptions();
        options.Bases.Add(repository);
        var schemas = new EventSchemas(new SchemaRepository(options, client: null, TimeProvider.System));
        Assert.All(events, json => Assert.True(schemas.TryValidate("/mediawiki/page/prediction_classification_change/1.2.0", json, out var error), error?.Message));
    }
}
