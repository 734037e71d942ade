using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Millrace.Core;
using Millrace.Hosting;
using Millrace.Lookups;
using Millrace.Schemas;
using Millrace.Testing;

namespace Millrace.OpenApi.Tests;

/// <summary>A declared lookup of its own directory: entry, document and schemas are right unless a test makes them wrong.</summary>
internal sealed class Declared : IDisposable
{
    public const string DocumentName = "Rated/rating.openapi.json";

    private readonly string _directory = System.IO.Directory.CreateTempSubdirectory("millrace-openapi-").FullName;
    private readonly List<IDisposable> _owned = [];

    public JsonObject Lookup { get; set; } = JsonNode.Parse($$"""
        {
          "document": "{{DocumentName}}",
          "operation": "rate",
          "parameters": { "site": "site", "id": "/page/id", "title": "page.title" },
          "into": [{ "from": "/score", "to": "/rating/score" }, { "from": "/words", "to": "/rating/words" }, { "value": "v1", "to": "/rating/by" }]
        }
        """)!.AsObject();

    public JsonObject Document { get; } = JsonNode.Parse("""
        {
          "openapi": "3.0.3",
          "info": { "title": "Ratings", "version": "1" },
          "servers": [{ "url": "https://ratings.example/base" }],
          "paths": {
            "/sites/{site}/pages/{id}": {
              "parameters": [{ "$ref": "#/components/parameters/Site" }],
              "get": {
                "operationId": "rate",
                "parameters": [
                  { "name": "id", "in": "path", "required": true, "schema": { "type": "integer" } },
                  { "name": "title", "in": "query", "schema": { "type": "string" } },
                  { "name": "trace", "in": "header", "schema": { "type": "string" } },
                  { "name": "tags", "in": "query", "schema": { "type": "array", "items": { "type": "string" } } }
                ],
                "responses": { "200": { "description": "The rating.", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Rating" } } } } }
              },
              "delete": { "operationId": "forget", "responses": { "204": { "description": "It is gone." } } }
            },
            "/titles/{title}": {
              "post": {
                "operationId": "rateTitle",
                "parameters": [{ "name": "title", "in": "path", "required": true, "schema": { "type": "string" } }],
                "requestBody": { "content": { "application/json": { "schema": {
                  "type": "object", "required": ["id"], "properties": { "id": { "type": "integer", "maximum": 1000 }, "site": { "type": "string" } } } } } },
                "responses": { "200": { "description": "The rating.", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Rating" } } } } }
              }
            }
          },
          "components": {
            "parameters": { "Site": { "name": "site", "in": "path", "required": true, "schema": { "type": "string" } } },
            "schemas": {
              "Rating": {
                "type": "object",
                "required": ["score"],
                "properties": {
                  "score": { "type": "number", "minimum": 0, "exclusiveMaximum": true, "maximum": 1 },
                  "words": { "type": "array", "nullable": true, "items": { "type": "string" } }
                }
              }
            }
          }
        }
        """)!.AsObject();

    public JsonObject InputSchema { get; } = Schema("in", """
        "site": { "type": "string" }, "kind": { "type": "string", "enum": ["edit", "move"] }, "secret": { "type": "string" },
        "page": { "type": "object", "properties": { "id": { "type": "integer" }, "title": { "type": "string" }, "size": { "type": "number" } } }
        """);

    public JsonObject OutputSchema { get; } = Schema("out", """
        "site": { "type": "string" }, "kind": { "type": "string" }, "secret": { "type": "string" },
        "page": { "type": "object", "properties": { "id": { "type": "integer" }, "title": { "type": "string" }, "size": { "type": "number" } } },
        "rating": { "type": "object", "properties": {
          "score": { "type": "number" }, "words": { "type": "array", "items": { "type": "string" } }, "by": { "type": "string", "enum": ["v1", "v2"] } } }
        """);

    public OpenApiSettings Settings { get; } = new();

    /// <summary>What the server was asked.</summary>
    public List<(Uri Address, string? Body)> Asked { get; } = [];

    /// <summary>What the server answers.</summary>
    public string Answer { get; set; } = """{ "score": 0.5, "words": ["good"] }""";

    public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

    /// <summary>What stands in the document's file instead of <see cref="Document"/>.</summary>
    public string? Text { get; set; }

    public void Dispose()
    {
        _owned.ForEach(owned => owned.Dispose());
        System.IO.Directory.Delete(_directory, recursive: true);
    }

    public StageCatalog Catalog() => StageCatalog.Parse([
        new CatalogFile("streams.json", """{ "streams": { "in": { "schema_title": "in" }, "out": { "schema_title": "out" } } }"""u8.ToArray()),
        new CatalogFile("Rated/stage.json", Encoding.UTF8.GetBytes(new JsonObject
        {
            ["stages"] = new JsonObject
            {
                ["Rated"] = new JsonObject
                {
                    ["inputs"] = new JsonArray("in"),
                    ["outputs"] = new JsonObject { ["out"] = "/out/1.0.0" },
                    ["lookup"] = WithSchemas(),
                },
            },
        }.ToJsonString())),
    ]);

    /// <summary>Everything that is wrong with the declaration.</summary>
    public IReadOnlyList<LookupProblem> Problems()
    {
        Write();
        var catalog = Catalog();
        return OpenApiLookups.Problems(catalog.Get("Rated"), catalog, Repository(), _directory);
    }

    /// <summary>The stage, as the app makes it.</summary>
    public StageHarness Start()
    {
        Write();
        var (catalog, repository) = (Catalog(), Repository());
        var stage = new Rated(new OpenApiLookups(catalog, repository, new MillraceOptions { Catalog = _directory }, Lookups()), Settings);
        _owned.Add(stage);
        return new StageHarness(catalog.Get("Rated"), stage, new EventSchemas(repository));
    }

    /// <summary>Runs one event, which is right unless it is changed.</summary>
    public async Task<StageHarness> RunAsync(Action<JsonObject>? change = null)
    {
        var harness = Start();
        var json = JsonNode.Parse("""
            { "$schema": "/in/1.0.0", "meta": { "stream": "in", "id": "i" }, "site": "enwiki", "kind": "edit", "page": { "id": 7, "title": "Mill" } }
            """)!.AsObject();
        change?.Invoke(json);
        await harness.RunAsync(json.ToJsonString());
        return harness;
    }

    private JsonObject WithSchemas()
    {
        Lookup.TryAdd("schemas", new JsonArray("/in/1.0.0"));
        return Lookup.DeepClone().AsObject();
    }

    private LookupFactory Lookups() => new(TimeProvider.System, NullLogger<HttpLookup>.Instance) { Transport = _ => new Server(this) };

    private SchemaRepository Repository()
    {
        var options = new SchemaRepositoryOptions();
        options.Bases.Add(Path.Combine(_directory, "schemas"));
        return new SchemaRepository(options, client: null, TimeProvider.System);
    }

    private void Write()
    {
        Write(DocumentName, Text ?? Document.ToJsonString());
        Write("schemas/in/1.0.0.json", InputSchema.ToJsonString());
        Write("schemas/out/1.0.0.json", OutputSchema.ToJsonString());
        Write("schemas/error/2.1.0.json", Schema("error", "\"message\": {}").ToJsonString());
    }

    private void Write(string file, string text)
    {
        var path = Path.Combine(_directory, file);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private static JsonObject Schema(string title, string properties) => JsonNode.Parse($$"""
        { "title": "{{title}}", "type": "object", "additionalProperties": {{(title == "error" ? "true" : "false")}},
          "properties": { "$schema": { "type": "string" }, "meta": { "type": "object" }, {{properties}} } }
        """)!.AsObject();

    private sealed class Rated(OpenApiLookups lookups, OpenApiSettings settings) : OpenApiEnrichment(lookups, settings);

    private sealed class Server(Declared declared) : HttpMessageHandler
    {
        // Only a document is read so.
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
            new(declared.Status) { Content = new StringContent(declared.Text ?? declared.Document.ToJsonString()) };

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            declared.Asked.Add((request.RequestUri!, request.Content is null ? null : await request.Content.ReadAsStringAsync(cancellationToken)));
            return new HttpResponseMessage(declared.Status) { Content = new StringContent(declared.Answer) };
        }
    }
}
