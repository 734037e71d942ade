using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Millrace.Core;
using Millrace.Schemas;

namespace Millrace.Connectors.Tests;

public sealed class PostgresSettingsTests
{
    [Theory]
    [InlineData("", "ConnectionString is not set: it has to say how to connect")]
    [InlineData("\"connectionString\": \"\"", "ConnectionString")]
    [InlineData("\"connectionString\": \"Host\"", "settings.connectionString cannot be used")]
    [InlineData("\"connectionString\": \"Database=x\"", "settings.connectionString cannot be used: it names no Host.")]
    [InlineData("\"connectionString\": \"Host=h;Colour=red\"", "olour")]
    [InlineData("\"connectionString\": \"Host=h\", \"schema\": \"My Schema\"", "Schema is 'My Schema': allowed are 1 to 63 of a-z, 0-9 and _")]
    [InlineData("\"connectionString\": \"Host=h\", \"schema\": \"pg_mine\"", "Schema is 'pg_mine'")]
    [InlineData("\"connectionString\": \"Host=h\", \"mode\": \"replace\"", "Mode is 'replace'; allowed is Append or Upsert.")]
    [InlineData("\"connectionString\": \"Host=h\", \"duplicates\": \"maybe\"", "Duplicates is 'maybe'; allowed is Drop or Keep.")]
    [InlineData("\"connectionString\": \"Host=h\", \"connections\": 0", "Connections is 0; allowed is 1 to 1000.")]
    [InlineData("\"connectionString\": \"Host=h\", \"mode\": \"upsert\", \"duplicates\": \"keep\"", "settings.duplicates is 'keep', and settings.mode 'upsert'")]
    [InlineData("\"connectionString\": \"Host=h\", \"color\": \"red\"", "color is unknown; allowed are")]
    public void A_wrong_setting_is_refused_by_its_name(string settings, string reason) =>
        Assert.Contains(reason, Refusal(settings), StringComparison.Ordinal);

    [Theory]
    [InlineData("\"test.things\", \"test_things\"", "", "streams 'test.things' and 'test_things' would have the same table 'test_things'")]
    [InlineData("\"pg_class\"", "", "stream 'pg_class' would have table 'pg_class'; allowed are names of 63 bytes")]
    [InlineData("\"unkeyed\"", ", \"mode\": \"upsert\"", "settings.mode is 'upsert', and stream 'unkeyed' has no message_key_fields")]
    public void A_stream_that_can_have_no_table_is_refused(string streams, string settings, string reason) =>
        Assert.Contains(reason, Refusal($"\"connectionString\": \"Host=h\"{settings}", streams), StringComparison.Ordinal);

    [Fact]
    public void A_password_in_a_wrong_connection_string_is_not_shown() =>
        Assert.DoesNotContain("secret", Refusal("\"connectionString\": \"Password=secret;Colour=red\""), StringComparison.Ordinal);

    [Fact]
    public void What_the_host_sets_stands_over_the_catalog()
    {
        var stage = Stage("\"connectionString\": \"Host=h\"", "\"unkeyed\"");
        var host = new ConfigurationBuilder().AddInMemoryCollection([new("Stages:S:Settings:Mode", "Upsert")]).Build();

        Assert.Contains("settings.mode is 'upsert'", Assert.Throws<CatalogException>(() => Store(host).Require(stage)).Message, StringComparison.Ordinal);
        Store(new ConfigurationBuilder().Build()).Require(stage);
    }

    private static string Refusal(string settings, string streams = "\"test.things\"") =>
        Assert.Throws<CatalogException>(() => Store(new ConfigurationBuilder().Build()).Require(Stage(settings, streams))).Message;

    private static StageDefinition Stage(string settings, string streams) => PostgresPlace.Catalog(
        $$"""{ "stages": { "S": { "connector": "postgres", "inputs": [{{streams}}], "settings": { {{settings}} } } } }""").Get("S");

    private static PostgresStore Store(IConfiguration host)
    {
        var schemas = new SchemaRepository(new SchemaRepositoryOptions { Bases = { AppContext.BaseDirectory } }, client: null, TimeProvider.System);
        return new PostgresStore(host, schemas, TimeProvider.System, NullLogger<PostgresStore>.Instance);
    }
}
