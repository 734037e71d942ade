using System.Text.Json.Nodes;
using Millrace.Core;

namespace Millrace.OpenApi.Tests;

/// <summary>A declared lookup at work: what is asked, what becomes of the answer.</summary>
public sealed class OpenApiEnrichmentTests : IDisposable
{
    private readonly Declared _declared = new();

    public void Dispose() => _declared.Dispose();

    [Fact]
    public async Task The_answer_goes_where_the_declaration_says_beside_all_that_the_event_had()
    {
        var run = await _declared.RunAsync();

        var output = Assert.Single(run.Outputs);
        Assert.Equal("""{"score":0.5,"words":["good"],"by":"v1"}""", output.GetProperty("rating").GetRawText());
        Assert.Equal(("enwiki", "Mill"), (output.GetProperty("site").GetString(), output.GetProperty("page").GetProperty("title").GetString()));
        Assert.Equal("https://ratings.example/base/sites/enwiki/pages/7?title=Mill", Assert.Single(_declared.Asked).Address.AbsoluteUri);
    }

    [Fact]
    public async Task The_settings_server_goes_before_that_of_the_document()
    {
        _declared.Settings.Server = "http://127.0.0.1:8080/v2/";

        await _declared.RunAsync();

        Assert.Equal("http://127.0.0.1:8080/v2/sites/enwiki/pages/7?title=Mill", Assert.Single(_declared.Asked).Address.AbsoluteUri);
    }

    [Fact]
    public async Task A_document_at_an_address_is_read_at_start()
    {
        _declared.Lookup["document"] = "https://ratings.example/rating.json";
        _declared.Settings.Lookup.AllowedHosts.Add("ratings.example");

        Assert.Single((await _declared.RunAsync()).Outputs);
    }

    [Fact]
    public async Task A_name_can_stand_in_path_and_query()
    {
        _declared.Document["paths"]!["/titles/{title}"]!["post"]!["parameters"]!.AsArray().Add(JsonNode.Parse("""{ "name": "title", "in": "query", "schema": { "type": "string" } }"""));
        Post();

        await _declared.RunAsync();

        Assert.Equal("https://ratings.example/base/titles/Mill?title=Mill", Assert.Single(_declared.Asked).Address.AbsoluteUri);
    }

    [Fact]
    public async Task A_post_has_the_bound_fields_as_its_body()
    {
        Post();

        var run = await _declared.RunAsync();

        Assert.Single(run.Outputs);
        var (address, body) = Assert.Single(_declared.Asked);
        Assert.Equal(("https://ratings.example/base/titles/Mill", """{"id":7,"site":"enwiki"}"""), (address.AbsoluteUri, body));
    }

    [Theory]
    [InlineData(System.Net.HttpStatusCode.NotFound, "{}", "lookup_status")]
    [InlineData(System.Net.HttpStatusCode.OK, "nonsense", "lookup_malformed")]
    public async Task A_post_that_is_not_answered_fails_the_event(System.Net.HttpStatusCode status, string answer, string type)
    {
        Post();
        (_declared.Status, _declared.Answer) = (status, answer);

        Assert.Equal(type, Failure(await _declared.RunAsync()).Type);
    }

    [Fact]
    public async Task The_whole_answer_can_go_into_one_field()
    {
        _declared.Lookup["into"] = "/rating";

        Assert.Equal("""{ "score": 0.5, "words": ["good"] }""", Assert.Single((await _declared.RunAsync()).Outputs).GetProperty("rating").GetRawText());
    }

    [Theory]
    [InlineData("""{ "score": 1 }""", "'.score'")]
    [InlineData("""{ "score": "high" }""", "'.score'")]
    [InlineData("""{ "words": [] }""", "'.score' is required")]
    [InlineData("""{ "score": 0.1, "words": [7] }""", "'.words[0]'")]
    [InlineData("[]", "'.'")]
    public async Task An_answer_that_does_not_match_the_documents_schema_fails_the_event_at_once(string answer, string sentence)
    {
        _declared.Answer = answer;

        var (type, message) = Failure(await _declared.RunAsync());

        Assert.Equal(OpenApiErrorTypes.InvalidAnswer, type);
        Assert.Contains($"The answer of operation 'rate' at https://ratings.example/base/sites/enwiki/pages/7 does not match {Declared.DocumentName}: {sentence}", message, StringComparison.Ordinal);
        Assert.Single(_declared.Asked);
    }

    [Fact]
    public async Task A_nullable_field_of_the_answer_that_is_null_is_left_out()
    {
        _declared.Answer = """{ "score": 0.1, "words": null }""";

        Assert.Equal("""{"score":0.1,"by":"v1"}""", Assert.Single((await _declared.RunAsync()).Outputs).GetProperty("rating").GetRawText());
    }

    [Fact]
    public async Task An_event_without_a_required_field_fails_and_nothing_is_asked()
    {
        var (type, message) = Failure(await _declared.RunAsync(json => json["page"]!.AsObject().Remove("id")));

        Assert.Equal(OpenApiErrorTypes.MissingParameter, type);
        Assert.StartsWith("'/page/id' is missing in the event; parameter 'id'", message, StringComparison.Ordinal);
        Assert.Empty(_declared.Asked);
    }

    [Fact]
    public async Task A_parameter_that_may_be_absent_is_left_out()
    {
        await _declared.RunAsync(json => json["page"]!.AsObject().Remove("title"));

        Assert.Equal("", Assert.Single(_declared.Asked).Address.Query);
    }

    [Fact]
    public async Task A_value_that_the_parameters_schema_refuses_fails_and_nothing_is_asked()
    {
        Post();

        Assert.Equal(OpenApiErrorTypes.InvalidParameter, Failure(await _declared.RunAsync(json => json["page"]!["id"] = 5_000)).Type);
        Assert.Empty(_declared.Asked);
    }

    [Fact]
    public async Task Fields_that_are_named_in_without_are_in_no_output()
    {
        _declared.Lookup["without"] = new JsonArray("secret", "/page/size");
        _declared.OutputSchema["properties"]!.AsObject().Remove("secret");

        var output = Assert.Single((await _declared.RunAsync(json => (json["secret"], json["page"]!["size"]) = ("s", 1.5))).Outputs);

        Assert.False(output.TryGetProperty("secret", out _));
        Assert.Equal("""{"id":7,"title":"Mill"}""", output.GetProperty("page").GetRawText());
    }

    [Theory]
    [InlineData("""{ "kind": "edit" }""", null, true)]
    [InlineData("""{ "kind": ["move"] }""", null, false)]
    [InlineData("""{ "kind": ["move", "edit"], "/page/id": 7 }""", null, true)]
    [InlineData("""{ "kind": "edit", "/page/id": 8 }""", null, false)]
    [InlineData(null, """{ "kind": "edit" }""", false)]
    [InlineData(null, """{ "kind": "move", "/page/id": 7 }""", false)]
    [InlineData("""{ "kind": "edit" }""", """{ "kind": "move" }""", true)]
    [InlineData("""{ "secret": null }""", null, true)]
    [InlineData(null, """{ "secret": null }""", false)]
    public async Task Rules_say_which_events_are_looked_up(string? match, string? matchNot, bool asked)
    {
        _declared.Lookup["match"] = JsonNode.Parse(match ?? "{}");
        _declared.Lookup["match_not"] = JsonNode.Parse(matchNot ?? "{}");

        var run = await _declared.RunAsync();

        Assert.Equal(asked ? (1, 1) : (0, 0), (_declared.Asked.Count, run.Outputs.Count));
        var outcome = run.Sink.Settled.Single().Outcome;
        Assert.Equal(asked ? null : "not_matched", (outcome as Outcome.Filtered)?.Reason);
    }

    [Fact]
    public async Task Events_that_are_not_looked_up_can_pass_through()
    {
        _declared.Lookup["match"] = new JsonObject { ["kind"] = "move" };
        _declared.Lookup["others"] = "pass";

        var output = Assert.Single((await _declared.RunAsync()).Outputs);

        Assert.False(output.TryGetProperty("rating", out _));
        Assert.Empty(_declared.Asked);
    }

    private void Post()
    {
        _declared.Lookup["operation"] = "rateTitle";
        _declared.Lookup["parameters"] = new JsonObject { ["title"] = "page.title" };
        _declared.Lookup["body"] = new JsonObject { ["id"] = "page.id", ["site"] = "site" };
    }

    private static (string? Type, string Message) Failure(Testing.StageHarness run)
    {
        var error = Assert.Single(run.Errors);
        Assert.Empty(run.Outputs);
        return (error.GetProperty("error_type").GetString(), error.GetProperty("message").GetString()!);
    }
}
