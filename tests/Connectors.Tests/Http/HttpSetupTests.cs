using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Millrace.Core;
using Millrace.Hosting;
using Millrace.Schemas;
using Millrace.Testing;

namespace Millrace.Connectors.Tests;

public sealed class HttpSetupTests
{
    [Fact]
    public async Task An_app_with_connectors_knows_http_and_names_it_to_who_asks_for_something_else()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<ISink>(new InMemorySink()).AddSingleton(TimeProvider.System).AddSingleton<LookupFactory>()
            .AddSingleton(new SchemaRepository(new SchemaRepositoryOptions { Bases = { AppContext.BaseDirectory } }, null, TimeProvider.System));
        builder.AddConnectors();
        using var app = builder.Build();
        var sink = app.Services.GetRequiredService<ISink>();

        sink.Require(Stage("http"));
        await using var session = await sink.OpenAsync(Stage("http"), new StreamPartition("test.input", 0), CancellationToken.None);

        Assert.Contains("http", Assert.Throws<CatalogException>(() => sink.Require(Stage("other"))).Message, StringComparison.Ordinal);
        Assert.Throws<CatalogException>(() => sink.Require(Stage("http", address: "nowhere")));
    }

    private static StageDefinition Stage(string connector, string address = "http://127.0.0.1:1/") => StageCatalog.Parse(
        Encoding.UTF8.GetBytes($$"""{ "stages": { "Post{{address.Length}}": { "connector": "{{connector}}", "inputs": ["test.input"], "settings": { "address": "{{address}}" } } } }"""),
        StreamCatalog.Parse("""{ "streams": { "test.input": { "schema_title": "test/input" } } }"""u8.ToArray())).Stages[0];
}
