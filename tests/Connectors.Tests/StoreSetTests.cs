using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Millrace.Core;
using Millrace.Hosting;
using Millrace.Schemas;
using Millrace.Testing;

namespace Millrace.Connectors.Tests;

/// <summary>What is checked of connectors when an app starts, of each beside the others.</summary>
public sealed class StoreSetTests
{
    [Theory]
    [InlineData("postgres", "ConnectionString", "Host=db;Database=events", "Host=DB;Database=events;Password=other", "db:5432/events/public.test_input")]
    [InlineData("lake", "Path", "https://account.blob.core.windows.net/lake", "https://account.blob.core.windows.net/lake/?sig=other", "https://account.blob.core.windows.net/lake/test_input")]
    public async Task Two_connectors_to_one_table_are_refused_by_the_settings_that_the_host_has(string connector, string setting, string one, string other, string table)
    {
        var (first, second) = (Stage("First", connector), Stage("Second", connector));
        await using var app = App(("First", setting, one), ("Second", setting, other));
        var sink = app.GetRequiredService<ISink>();

        sink.Require(first);
        sink.Require(first);
        var refusal = Assert.Throws<CatalogException>(() => sink.Require(second)).Message;

        Assert.Contains($"stages.Second: stream 'test.input' would be written to the table {table}, which stage First writes, too", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("other", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres", "ConnectionString", "Host=db;Database=events", "Host=db;Database=more")]
    [InlineData("lake", "Path", "one", "two")]
    [InlineData("http", "Address", "http://hook.example/", "http://hook.example/")]
    public async Task Two_connectors_to_places_of_their_own_or_without_tables_run_beside_each_other(string connector, string setting, string one, string other)
    {
        await using var app = App(("First", setting, one), ("Second", setting, other));
        var sink = app.GetRequiredService<ISink>();

        sink.Require(Stage("First", connector));
        Assert.Null(Record.Exception(() => sink.Require(Stage("Second", connector))));
    }

    private static ServiceProvider App(params (string Stage, string Setting, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings.Select(set => KeyValuePair.Create($"Stages:{set.Stage}:Settings:{set.Setting}", (string?)set.Value)));
        builder.Services.AddLogging().AddSingleton<IConfiguration>(builder.Configuration).AddSingleton<ISink>(new InMemorySink()).AddSingleton(TimeProvider.System).AddSingleton<LookupFactory>()
            .AddSingleton(new SchemaRepository(new SchemaRepositoryOptions { Bases = { AppContext.BaseDirectory } }, null, TimeProvider.System));
        builder.AddConnectors();
        return builder.Services.BuildServiceProvider();
    }

    private static StageDefinition Stage(string name, string connector) => StageCatalog.Parse(
        Encoding.UTF8.GetBytes($$"""{ "stages": { "{{name}}": { "connector": "{{connector}}", "inputs": ["test.input"] } } }"""),
        StreamCatalog.Parse("""{ "streams": { "test.input": { "schema_title": "test/input" } } }"""u8.ToArray())).Stages[0];
}
