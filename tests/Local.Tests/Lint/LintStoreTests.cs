using System.Text.Json;

namespace Millrace.Local.Tests;

/// <summary>Connectors that could not run, one for each thing that lint looks at; the app's own catalog has none.</summary>
public sealed class LintStoreTests : LintFixture
{
    private const string Postgres = "functions/ToPostgres/stage.json";
    private const string Lake = "functions/ToLake/stage.json";
    private const string Http = "functions/ToHttp/stage.json";
    private const string Database = "\"connectionString\": \"Host=db;Database=events;Username=millrace\"";

    [Fact]
    public void Connectors_that_could_run_agree_with_all_else()
    {
        Connect("ToPostgres", "postgres", $"{{ {Database} }}");
        Connect("ToLake", "lake", """{ "path": "https://account.blob.core.windows.net/lake" }""");
        Connect("ToHttp", "http", """{ "address": "https://search.example:9200/_bulk?refresh=true", "format": "bulk", "headers": { "Accept": "application/json" } }""");

        Assert.Empty(Repository.Lint());
    }

    [Theory]
    [InlineData("{}", "settings.connectionString", "such as Host=db;Database=events;Username=millrace")]
    [InlineData("""{ "connectionString": "Database=events" }""", "settings.connectionString", "it names no Host")]
    [InlineData("""{ "connectionString": "Hose=db" }""", "settings.connectionString", "cannot be used")]
    [InlineData($$"""{ {{Database}}, "connectoins": 4 }""", "settings.connectoins", "is unknown; allowed are")]
    [InlineData($$"""{ {{Database}}, "connections": "many" }""", "settings.connections", "many")]
    [InlineData($$"""{ {{Database}}, "connections": 0 }""", "settings.connections", "is 0; allowed is 1 to 1000")]
    [InlineData($$"""{ {{Database}}, "mode": "replace" }""", "settings.mode", "allowed is Append or Upsert")]
    [InlineData($$"""{ {{Database}}, "mode": "upsert", "duplicates": "keep" }""", "settings.duplicates", "leave it out")]
    public void Settings_that_PostgreSQL_does_not_take_are_found(string settings, string key, string sentence) =>
        Finds("store", Postgres, $"stages.ToPostgres.{key}", sentence, () => Connect("ToPostgres", "postgres", settings));

    [Theory]
    [InlineData("{}", "settings.path", "Path")]
    [InlineData("""{ "path": "ftp://lake" }""", "settings", "The lake's path is 'ftp://lake'; allowed is a directory")]
    [InlineData("""{ "path": "lake", "rollRows": -1 }""", "settings.rollRows", "is -1; allowed is 1 to 10000000")]
    public void Settings_that_the_lake_does_not_take_are_found(string settings, string key, string sentence) =>
        Finds("store", Lake, $"stages.ToLake.{key}", sentence, () => Connect("ToLake", "lake", settings));

    [Theory]
    [InlineData("""{ "address": "search.example" }""", "settings.address", "is no http or https address")]
    [InlineData("""{ "address": "http://search.example/", "format": "xml" }""", "settings.format", "json-array or ndjson or bulk")]
    [InlineData("""{ "address": "http://search.example/", "headers": { "Content-Type": "x" } }""", "settings.headers.Content-Type", "is not for you to set")]
    [InlineData("""{ "address": "http://search.example/", "requests": { "attempts": 0 } }""", "settings.requests.attempts", "is 0; allowed is 1 to 100")]
    public void Settings_that_HTTP_does_not_take_are_found(string settings, string key, string sentence) =>
        Finds("store", Http, $"stages.ToHttp.{key}", sentence, () => Connect("ToHttp", "http", settings));

    [Fact]
    public void A_kind_of_store_that_there_is_not_is_found() =>
        Finds("store", Postgres, "stages.ToPostgres.connector", "is 'postgre'; allowed is http, lake, postgres. Correct", () => Connect("ToPostgres", "postgre", "{}"));

    [Theory]
    [InlineData("ToPostgres", "postgres", """{ "connectionString": "Host=db;Password=s3cret" }""", "settings.connectionString", "has a password", "Stages:ToPostgres:Settings:ConnectionString")]
    [InlineData("ToLake", "lake", """{ "path": "lake", "connectionString": "AccountName=me;AccountKey=czNjcmV0;EndpointSuffix=example.org" }""", "settings.connectionString", "has an account's key", "Stages:ToLake:Settings:ConnectionString")]
    [InlineData("ToLake", "lake", """{ "path": "https://account.blob.core.windows.net/lake?sv=1&sig=s3cret" }""", "settings.path", "has a signature", "Stages:ToLake:Settings:Path")]
    [InlineData("ToHttp", "http", """{ "address": "http://search.example/", "headers": { "Authorization": "Bearer s3cret" } }""", "settings.headers.Authorization", "has the value of such a header", "Stages:ToHttp:Settings:Headers")]
    [InlineData("ToHttp", "http", """{ "address": "http://search.example/?access_token=s3cret" }""", "settings.address", "has a credential", "Stages:ToHttp:Settings:Address")]
    public void A_secret_in_the_catalog_is_found_and_not_repeated(string stage, string connector, string settings, string key, string sentence, string remedy)
    {
        Finds("store", $"functions/{stage}/stage.json", $"stages.{stage}.{key}", sentence, () => Connect(stage, connector, settings));

        var said = Assert.Single(Repository.Lint()).Finding.Sentence;
        Assert.Contains(remedy, said, StringComparison.Ordinal);
        Assert.DoesNotMatch("s3cret|czNjcmV0", said);
    }

    [Fact]
    public void A_pattern_that_no_stream_matches_is_found() =>
        Finds("catalog", Postgres, "stages.ToPostgres", "no stream begins with 'wikidata.'", () => Connect("ToPostgres", "postgres", $"{{ {Database} }}", "wikidata.*"), more: true);

    [Fact]
    public void An_upsert_of_a_stream_without_a_key_is_found() => Finds(
        "store", Postgres, "stages.ToPostgres.settings.mode", "stream 'mediawiki.keyless' has no message_key_fields",
        () =>
        {
            AddStream("mediawiki.keyless", "mediawiki/page/change");
            Connect("ToPostgres", "postgres", $$"""{ {{Database}}, "mode": "upsert" }""", "mediawiki.keyless");
        });

    [Theory]
    [InlineData("_id", "string", "the field '_id' of /test/odd/1.0.0 has the name of a column that every row has")]
    [InlineData("_key", "string", null)]
    public void A_stream_whose_fields_PostgreSQL_needs_for_itself_is_found(string field, string type, string? sentence)
    {
        AddSchema(field, $$"""{ "type": "{{type}}" }""");
        Connect("ToPostgres", "postgres", $"{{ {Database} }}", "test.odd");

        if (sentence is null)
        {
            Assert.DoesNotContain(Repository.Lint(), item => item.Rule == "store");
        }
        else
        {
            Finds("store", Postgres, "stages.ToPostgres.inputs", sentence, () => { }, more: true);
        }
    }

    [Fact]
    public void A_stream_that_cannot_become_a_table_of_the_lake_is_found_with_the_reason() => Finds(
        "store", Lake, "stages.ToLake.inputs", "Stream 'test.odd' cannot become a table: /test/odd/1.0.0: .a;b: The name has",
        () =>
        {
            AddSchema("a;b", """{ "type": "string" }""");
            Connect("ToLake", "lake", """{ "path": "lake" }""", "test.odd");
        },
        more: true);

    [Fact]
    public void A_stream_that_only_posts_are_made_of_needs_no_table()
    {
        AddSchema("a;b", """{ "type": "string" }""");
        Connect("ToHttp", "http", """{ "address": "http://search.example/" }""", "test.odd");

        Assert.DoesNotContain(Repository.Lint(), item => item.Rule == "store");
    }

    [Theory]
    [InlineData("postgres", $"{{ {Database} }}", """{ "connectionString": "Username=other;Database=events;Host=DB;Port=5432", "mode": "upsert" }""", "db:5432/events/public.mediawiki_page_change_v1")]
    [InlineData("lake", """{ "path": "https://account.blob.core.windows.net/lake/" }""", """{ "path": "https://account.blob.core.windows.net/lake" }""", "https://account.blob.core.windows.net/lake/mediawiki_page_change_v1")]
    public void Two_connectors_that_write_one_table_are_found(string connector, string one, string other, string table) => Finds(
        "store", "functions/Second/stage.json", "stages.Second.inputs", $"would be written to the table {table}, which stage First writes, too",
        () =>
        {
            Connect("First", connector, one);
            Connect("Second", connector, other);
        },
        more: true);

    [Fact]
    public void Two_connectors_to_schemas_or_databases_of_their_own_are_none_of_that()
    {
        Connect("First", "postgres", $"{{ {Database} }}");
        Connect("Second", "postgres", $$"""{ {{Database}}, "schema": "state" }""");
        Connect("Third", "postgres", """{ "connectionString": "Host=db;Database=other" }""");

        Assert.DoesNotContain(Repository.Lint(), item => item.Rule == "store");
    }

    private void Connect(string stage, string connector, string settings, string input = "mediawiki.page_change.v1") => Repository.Write(
        $"functions/{stage}/stage.json",
        $$"""{ "stages": { "{{stage}}": { "connector": "{{connector}}", "inputs": [{{JsonSerializer.Serialize(input)}}], "settings": {{settings}} } } }""");

    private void AddStream(string name, string title) =>
        Repository.Replace(Streams, "\"streams\": {", $"\"streams\": {{ \"{name}\": {{ \"schema_title\": \"{title}\" }},");

    // A stream test.odd whose schema has one field that is not as all others are.
    private void AddSchema(string field, string type)
    {
        AddStream("test.odd", "test/odd");
        var schema = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "shared/jsonschema/mediawiki/page/change/1.3.0.json")))!;
        (schema["title"], schema["$id"]) = ("test/odd", "/test/odd/1.0.0");
        schema["properties"]![field] = System.Text.Json.Nodes.JsonNode.Parse(type);
        schema["properties"]![field]!["description"] = "Odd.";
        schema.AsObject().Remove("examples");
        Repository.Write("shared/jsonschema/test/odd/1.0.0.json", schema.ToJsonString());
    }
}
