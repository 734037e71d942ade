using System.Text.Json.Nodes;
using Millrace.Core;

namespace Millrace.OpenApi.Tests;

/// <summary>What does not fit is refused at start, with the place and what is allowed.</summary>
public sealed class LookupRefusalTests : IDisposable
{
    private readonly Declared _declared = new();

    public void Dispose() => _declared.Dispose();

    [Fact]
    public void A_declaration_that_fits_is_accepted() => Assert.Empty(_declared.Problems());

    [Fact]
    public void An_operation_that_there_is_not() =>
        Refuses(Declared.DocumentName, "/paths", "There is no operation 'guess'; there is rate, forget, rateTitle.", () => _declared.Lookup["operation"] = "guess");

    [Fact]
    public void An_operation_that_neither_asks_nor_posts() =>
        Refuses(Declared.DocumentName, "/paths/~1sites~1{site}~1pages~1{id}/delete", "'forget' is a DELETE; a lookup calls GET or POST", () => _declared.Lookup["operation"] = "forget");

    [Fact]
    public void A_required_parameter_that_nothing_is_bound_to() => Refuses(
        null, "lookup.parameters", $"does not bind 'id', which operation 'rate' requires (path, {Declared.DocumentName}#/paths/~1sites~1{{site}}~1pages~1{{id}}/get/parameters/0)",
        () => _declared.Lookup["parameters"]!.AsObject().Remove("id"));

    [Fact]
    public void A_parameter_that_the_operation_does_not_have() =>
        Refuses(null, "lookup.parameters.size", "has no parameter 'size'; it has site, id, title, trace, tags", () => _declared.Lookup["parameters"]!["size"] = "page.size");

    [Fact]
    public void A_field_of_another_type_than_the_parameters() =>
        Refuses(null, "lookup.parameters.id", "in /in/1.0.0, '/page/title' is string, and integer is allowed", () => _declared.Lookup["parameters"]!["id"] = "page.title");

    [Fact]
    public void A_number_where_a_whole_one_is_asked_for() =>
        Refuses(null, "lookup.parameters.id", "'/page/size' is number, and integer is allowed", () => _declared.Lookup["parameters"]!["id"] = "page.size");

    [Fact]
    public void A_field_that_events_do_not_have() =>
        Refuses(null, "lookup.parameters.id", "/in/1.0.0 has no field '/page/ident'", () => _declared.Lookup["parameters"]!["id"] = "page.ident");

    [Fact]
    public void A_constant_that_the_parameter_cannot_be() =>
        Refuses(null, "lookup.parameters.id", "The constant is \"x\"", () => _declared.Lookup["parameters"]!["id"] = JsonNode.Parse("""{ "value": "x" }"""));

    [Fact]
    public void A_header() => Refuses(null, "lookup.parameters.trace", "'trace' is a header parameter", () => _declared.Lookup["parameters"]!["trace"] = "site");

    [Fact]
    public void A_list_in_an_address() => Refuses(null, "lookup.parameters.tags", "a value of an address is one text, number or truth value", () => _declared.Lookup["parameters"]!["tags"] = "site");

    [Fact]
    public void A_body_where_none_is_taken() => Refuses(null, "lookup.body", "'rate' is a GET, which has no body", () => _declared.Lookup["body"] = new JsonObject { ["id"] = "page.id" });

    [Fact]
    public void A_field_of_a_body_that_is_required_and_not_bound() => Refuses(null, "lookup.body", "does not bind 'id', which operation 'rateTitle' requires (body,", () =>
    {
        _declared.Lookup["operation"] = "rateTitle";
        _declared.Lookup["parameters"] = new JsonObject { ["title"] = "page.title" };
    });

    [Fact]
    public void A_target_that_the_output_does_not_have() =>
        Refuses(null, "lookup.into[0]", "/out/1.0.0 has no field '/rating/points'", () => _declared.Lookup["into"]![0]!["to"] = "/rating/points");

    [Fact]
    public void A_target_of_another_type_than_the_answers() =>
        Refuses(null, "lookup.into[0]", "in the answer, '/score' is number, and string is allowed in '/rating/by' of /out/1.0.0", () => _declared.Lookup["into"]![0]!["to"] = "/rating/by");

    [Fact]
    public void A_target_whose_items_are_of_another_type() =>
        Refuses(null, "lookup.into[1]", "'/words/0' is string, and integer is allowed", () => _declared.OutputSchema["properties"]!["rating"]!["properties"]!["words"]!["items"]!["type"] = "integer");

    [Fact]
    public void A_place_that_the_answer_does_not_have() =>
        Refuses(null, "lookup.into[0]", $"The answer has no '/points' by {Declared.DocumentName}", () => _declared.Lookup["into"]![0]!["from"] = "/points");

    [Fact]
    public void A_constant_that_the_output_cannot_have() => Refuses(null, "lookup.into[2]", "The constant is \"v3\"", () => _declared.Lookup["into"]![2]!["value"] = "v3");

    [Fact]
    public void A_field_that_would_be_copied_to_where_it_is_not_allowed() =>
        Refuses(null, "lookup.without", "'/secret' is no field that is allowed there. Name the field in without", () => _declared.OutputSchema["properties"]!.AsObject().Remove("secret"));

    [Theory]
    [InlineData("7")]
    [InlineData("\"edti\"")]
    public void A_rule_that_no_event_can_meet(string value) =>
        Refuses(null, "lookup.match", $"'/kind' can never be {value}, by /in/1.0.0", () => _declared.Lookup["match"] = new JsonObject { ["kind"] = JsonNode.Parse(value) });

    [Theory]
    [InlineData("/sites/{site}/../{id}")]
    [InlineData("/sites/{site}/{id}?all=1")]
    [InlineData("/sites/{site}/{id}#all")]
    [InlineData("/sites/ü/{site}/{id}")]
    [InlineData("/sites/{site}/{id}/{other}")]
    public void A_path_that_is_not_what_it_says(string path) => Assert.StartsWith("The path", Problem(() =>
    {
        var paths = _declared.Document["paths"]!.AsObject();
        paths[path] = paths["/sites/{site}/pages/{id}"]!.DeepClone();
        paths.Remove("/sites/{site}/pages/{id}");
    }).Sentence, StringComparison.Ordinal);

    [Fact]
    public void A_rule_on_a_field_that_events_do_not_have() =>
        Refuses(null, "lookup.match_not", "/in/1.0.0 has no field '/sort'", () => _declared.Lookup["match_not"] = new JsonObject { ["sort"] = "x" });

    [Fact]
    public void Inputs_of_which_no_schema_is_known() =>
        Refuses(null, "lookup.schemas", "no stage of the catalog writes in: name the version", () => _declared.Lookup["schemas"] = new JsonArray("/other/1.0.0"));

    [Fact]
    public void A_schema_of_inputs_that_there_is_not() => Refuses(null, "lookup.schemas", "There is no schema '/in/9.0.0'", () => _declared.Lookup["schemas"] = new JsonArray("/in/9.0.0"));

    [Fact]
    public void An_answer_that_nothing_is_said_of() => Refuses(
        Declared.DocumentName, "/paths/~1sites~1{site}~1pages~1{id}/get/responses", "has no successful response (2xx) with a JSON schema",
        () => Get()["responses"]!["200"]!["content"] = new JsonObject { ["text/plain"] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "string" } } });

    [Fact]
    public void Two_answers() => Refuses(
        Declared.DocumentName, "/paths/~1sites~1{site}~1pages~1{id}/get/responses", "has 2 successful responses with a JSON schema; a lookup needs one",
        () => Get()["responses"]!["201"] = Get()["responses"]!["200"]!.DeepClone());

    [Theory]
    [InlineData("http://127.0.0.1:9/schema.json#/Rating")]
    [InlineData("other.json#/Rating")]
    [InlineData("file:///etc/passwd")]
    public void A_reference_out_of_the_document(string reference) => Refuses(
        Declared.DocumentName, "/components/schemas/Rating/properties/score/$ref", $"'{reference}' leads out of the document, and nothing else is ever read",
        () => _declared.Document["components"]!["schemas"]!["Rating"]!["properties"]!["score"] = new JsonObject { ["$ref"] = reference });

    [Fact]
    public void A_reference_that_leads_nowhere() => Refuses(
        Declared.DocumentName, "/components/schemas/Rating/properties/score/$ref", "leads nowhere in the document",
        () => _declared.Document["components"]!["schemas"]!["Rating"]!["properties"]!["score"] = new JsonObject { ["$ref"] = "#/components/schemas/None" });

    [Fact]
    public void References_in_a_circle() => Assert.Contains("circle", Problem(() =>
    {
        var parameters = _declared.Document["components"]!["parameters"]!;
        parameters["Site"] = new JsonObject { ["$ref"] = "#/components/parameters/Again" };
        parameters["Again"] = new JsonObject { ["$ref"] = "#/components/parameters/Site" };
    }).Sentence, StringComparison.Ordinal);

    [Fact]
    public void A_word_of_schemas_that_cannot_be_checked() => Refuses(
        Declared.DocumentName, "/components/schemas/Rating/unevaluatedProperties", "'unevaluatedProperties' is no word of a schema that can be checked here",
        () =>
        {
            _declared.Document["openapi"] = "3.1.0";
            _declared.Document["components"]!["schemas"]!["Rating"]!["unevaluatedProperties"] = false;
            _declared.Document["components"]!["schemas"]!["Rating"]!["properties"]!["score"]!["exclusiveMaximum"] = 1;
            _declared.Document["components"]!["schemas"]!["Rating"]!["properties"]!["words"]!.AsObject().Remove("nullable");
        });

    [Theory]
    [InlineData("nonsense", "It is no JSON")]
    [InlineData("""{ "openapi": "3.0.3", "openapi": "3.0.3" }""", "It is no JSON")]
    [InlineData("[]", "The version is missing; allowed are 3.0.x and 3.1.x")]
    [InlineData("""{ "swagger": "2.0", "paths": {} }""", "The version is missing; allowed are 3.0.x and 3.1.x")]
    [InlineData("""{ "openapi": "4.0.0", "paths": {} }""", "The version is '4.0.0'; allowed are 3.0.x and 3.1.x")]
    [InlineData("""{ "openapi": "3.0.3", "paths": {} }""", "'info'")]
    [InlineData("""{ "openapi": "3.0.3", "info": { "title": "t", "version": "1" }, "paths": [] }""", "")]
    public void A_text_that_is_no_such_document(string text, string sentence) => Assert.Contains(sentence, Problem(() => _declared.Text = text).Sentence, StringComparison.Ordinal);

    [Fact]
    public void A_file_that_there_is_not() => Refuses(
        "Rated/none.openapi.json", "", "It cannot be read", () => _declared.Lookup["document"] = "Rated/none.openapi.json");

    [Theory]
    [InlineData("../secrets.openapi.json")]
    [InlineData("/etc/secrets.openapi.json")]
    [InlineData("Rated/./rating.openapi.json")]
    [InlineData("Rated\\rating.openapi.json")]
    [InlineData("Rated/rating.yaml")]
    [InlineData("http://ratings.example/rating.openapi.json")]
    [InlineData("file:///etc/rating.openapi.json")]
    public void A_document_that_is_neither_below_the_catalog_nor_an_https_address(string document)
    {
        _declared.Lookup["document"] = document;

        var refusal = Assert.Throws<CatalogException>(_declared.Catalog);

        Assert.StartsWith("Rated/stage.json.stages.Rated.lookup.document is ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("allowed is an https address, or the path of a file below the catalog's directory", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("operation", null, "lookup.operation is missing")]
    [InlineData("into", null, "lookup.into is missing")]
    [InlineData("into", "[]", "lookup.into is []")]
    [InlineData("into", "\"/meta/id\"", "but for $schema and meta, which are the platform's")]
    [InlineData("into", """[{ "from": "/a", "value": 1, "to": "/b" }]""", "allowed is one of from and value")]
    [InlineData("into", """[{ "to": "/b" }]""", "lookup.into[0] is")]
    [InlineData("parameters", """{ "id": "a/b" }""", "lookup.parameters.id is \"a/b\"; allowed is a field such as /page/page_id or page.page_id")]
    [InlineData("parameters", """{ "id": { "valu": 1 } }""", "lookup.parameters.id.valu is unknown; allowed are value")]
    [InlineData("match", """{ "kind": [] }""", "lookup.match.kind is []")]
    [InlineData("match", """{ "kind": {} }""", "lookup.match.kind is {}")]
    [InlineData("others", "\"drop\"", "lookup.others is \"drop\"; allowed is filter or pass")]
    [InlineData("ino", "1", "lookup.ino is unknown; allowed are document, operation, parameters, body, into, without, match, match_not, others, schemas")]
    public void An_entry_with_a_key_or_a_value_that_is_not_allowed(string key, string? value, string message)
    {
        _declared.Lookup.Remove(key);
        if (value is not null)
        {
            _declared.Lookup[key] = JsonNode.Parse(value);
        }

        Assert.Contains(message, Assert.Throws<CatalogException>(_declared.Catalog).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void At_start_all_problems_are_said_with_their_places()
    {
        _declared.Lookup["parameters"]!["id"] = "page.title";
        _declared.Lookup["into"]![0]!["to"] = "/rating/points";

        var refusal = Assert.Throws<CatalogException>(_declared.Start);

        Assert.Contains("stages.Rated.lookup.parameters.id: It does not fit", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("stages.Rated.lookup.into[0]: /out/1.0.0 has no field '/rating/points'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_the_allowed_hosts_do_not_name()
    {
        _declared.Settings.Server = "https://elsewhere.example";
        _declared.Settings.Lookup.AllowedHosts.Add("ratings.example");

        Assert.Contains("stages.Rated.settings.server is 'https://elsewhere.example/': the host 'elsewhere.example' is not allowed", Assert.Throws<CatalogException>(_declared.Start).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_server_at_all()
    {
        _declared.Document["servers"] = new JsonArray(new JsonObject { ["url"] = "/relative" });

        Assert.Contains("stages.Rated.settings.server is not set", Assert.Throws<CatalogException>(_declared.Start).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_document_at_a_host_that_is_not_allowed()
    {
        _declared.Lookup["document"] = "https://documents.example/rating.json";

        Assert.Contains("lookup.document is at documents.example, which stages.Rated.settings.lookup.allowedHosts does not name", Assert.Throws<CatalogException>(_declared.Start).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_document_that_its_server_does_not_give()
    {
        _declared.Lookup["document"] = "https://ratings.example/rating.json";
        _declared.Settings.Lookup.AllowedHosts.Add("ratings.example");
        _declared.Status = System.Net.HttpStatusCode.NotFound;

        Assert.Contains("https://ratings.example/rating.json#: It cannot be read", Assert.Throws<CatalogException>(_declared.Start).Message, StringComparison.Ordinal);
    }

    private JsonNode Get() => _declared.Document["paths"]!["/sites/{site}/pages/{id}"]!["get"]!;

    private LookupProblem Problem(Action change)
    {
        change();
        return Assert.Single(_declared.Problems());
    }

    private void Refuses(string? document, string place, string sentence, Action change)
    {
        var problem = Problem(change);
        Assert.Equal((document, place), (problem.Document, problem.Place));
        Assert.Contains(sentence, problem.Sentence, StringComparison.Ordinal);
    }
}
