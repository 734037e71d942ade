using System.CommandLine;
using System.Text.Json;
using Millrace.Local;

namespace Millrace.Sql.Tests;

public sealed class DdlCommandTests : IDisposable
{
    private const string PageChange = "mediawiki.page_change.v1";

    private readonly string _directory = Directory.CreateTempSubdirectory("millrace-ddl-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_streams_table_has_the_schema_that_its_stage_writes()
    {
        var run = await RunAsync("--stream", PageChange, "--dialect", "flink", "--kafka", "kafka:9092");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.StartsWith($"-- /mediawiki/page/change/1.3.0\nCREATE TABLE `{PageChange}` (\n  `$schema` STRING", run.Output, StringComparison.Ordinal);
        Assert.Contains("'properties.bootstrap.servers' = 'kafka:9092'", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_no_stage_writes_has_the_newest_schema_of_its_title()
    {
        Write("mediawiki/revision/create/1.9.0.yaml", Schema("nine"));
        Write("mediawiki/revision/create/1.10.0", Schema("ten"));
        Write("mediawiki/revision/create/current.yaml", Schema("current"));
        Write("mediawiki/revision/create/2.0.0.md", "no schema");

        var run = await RunAsync("--stream", "mediawiki.revision-create", "--dialect", "postgres", "--schemas", _directory);

        Assert.StartsWith("-- /mediawiki/revision/create/1.10.0\nCREATE TABLE \"mediawiki_revision_create\" (\n  \"ten\" text\n);", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schema_can_be_named()
    {
        Write("mediawiki/revision/create/0.1.0.json", Schema("early"));

        var run = await RunAsync("--stream", "mediawiki.revision-create", "--dialect", "duckdb", "--schemas", _directory, "--schema", "/mediawiki/revision/create/0.1.0");

        Assert.Contains("\"early\" VARCHAR", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_stream_has_a_table()
    {
        var run = await RunAsync("--stream", "PageChange.error", "--dialect", "spark", "--timestamps");

        Assert.StartsWith("-- /error/2.1.0\nCREATE TABLE `pagechange_error` (", run.Output, StringComparison.Ordinal);
        Assert.Contains("  `dt` TIMESTAMP", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_diff_leads_from_one_version_to_the_next()
    {
        Write("mediawiki/revision/create/1.1.1.json", """{ "type": "object", "properties": { "a": { "type": "string" } } }""");
        Write("mediawiki/revision/create/1.2.0.json", """{ "type": "object", "properties": { "a": { "type": "string" }, "b": { "type": "integer" } } }""");

        var run = await RunAsync("--stream", "mediawiki.revision-create", "--dialect", "postgres", "--schemas", _directory, "--diff", "1.1.1");

        Assert.Equal((0, "-- /mediawiki/revision/create/1.2.0, from 1.1.1\nALTER TABLE \"mediawiki_revision_create\" ADD COLUMN \"b\" bigint;\n"), (run.ExitCode, run.Output));
    }

    [Fact]
    public async Task An_incompatible_diff_is_refused_with_path_and_reason()
    {
        Write("mediawiki/revision/create/1.1.1.json", """{ "type": "object", "properties": { "a": { "type": "string" } } }""");
        Write("mediawiki/revision/create/1.2.0.json", """{ "type": "object", "properties": { "a": { "type": "integer" } } }""");

        var run = await RunAsync("--stream", "mediawiki.revision-create", "--dialect", "postgres", "--schemas", _directory, "--diff", "1.1.1");

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains(".a: It was a string and is an integer", run.Errors, StringComparison.Ordinal);
    }

    [CorpusFact]
    public async Task All_schemas_are_written_and_those_without_a_table_told()
    {
        var run = await RunAsync("--all", "--dialect", "hive", "--schemas", Corpus.At("wikimedia", "schemas"));

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(50, run.Output.Split("CREATE TABLE ").Length - 1);
        Assert.EndsWith("56 schemas: 50 tables, 6 refused.", run.Errors.TrimEnd(), StringComparison.Ordinal);
        Assert.Contains("millrace: /mediawiki/recentchange/1.0.1 is refused for hive:\n  .id: The union type of integer, null", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_schemas_with_a_table_is_success()
    {
        var run = await RunAsync("--all", "--dialect", "flink");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("'topic' = 'TOPIC'", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schema_that_cannot_be_used_is_among_the_refused()
    {
        Write("broken/1.0.0.json", "{");

        var run = await RunAsync("--all", "--dialect", "flink", "--schemas", _directory);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("millrace: /broken/1.0.0 is refused for flink:", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_has_the_statements_one_by_one()
    {
        var run = await RunAsync("--stream", PageChange, "--dialect", "postgres", "--json");

        var table = JsonElement.Parse(run.Output);
        Assert.Equal([PageChange, "/mediawiki/page/change/1.3.0", "postgres", "mediawiki_page_change_v1"], ((string[])["stream", "schema", "dialect", "table"]).Select(name => table.GetProperty(name).GetString()));
        Assert.StartsWith("CREATE TABLE", table.GetProperty("statements")[0].GetString(), StringComparison.Ordinal);
        Assert.False(table.TryGetProperty("refused", out _));
    }

    [Fact]
    public async Task Json_has_the_refusals_with_path_and_reason()
    {
        Write("bare/1.0.0.json", """{ "type": "object", "properties": { "a": { "type": "object" } } }""");

        var run = await RunAsync("--all", "--dialect", "postgres", "--schemas", _directory, "--json");

        var refused = JsonElement.Parse(run.Output).EnumerateArray().Single(table => table.GetProperty("schema").GetString() == "/bare/1.0.0").GetProperty("refused")[0];
        Assert.Equal((1, ".a"), (run.ExitCode, refused.GetProperty("path").GetString()));
        Assert.StartsWith("The object has neither", refused.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("One of --stream and --all is needed, and not both.", "--dialect", "flink")]
    [InlineData("One of --stream and --all is needed, and not both.", "--dialect", "flink", "--all", "--stream", PageChange)]
    [InlineData("--dialect is missing; allowed is flink|spark|hive|postgres|duckdb.", "--all")]
    [InlineData("--dialect is 'oracle'; allowed is flink|spark|hive|postgres|duckdb.", "--all", "--dialect", "oracle")]
    [InlineData("--stream is 'nope'; the catalog has mediawiki.revision-create,", "--dialect", "flink", "--stream", "nope")]
    [InlineData("--schema is '/error/2.1.0'; the stream takes events of /mediawiki/page/change/<version>.", "--dialect", "flink", "--stream", PageChange, "--schema", "/error/2.1.0")]
    [InlineData("/mediawiki/page/change/9.9.9", "--dialect", "flink", "--stream", PageChange, "--schema", "/mediawiki/page/change/9.9.9")]
    [InlineData("--diff is 'latest'; allowed is a version such as 1.2.0.", "--dialect", "flink", "--stream", PageChange, "--diff", "latest")]
    [InlineData("/mediawiki/page/change/0.0.1", "--dialect", "flink", "--stream", PageChange, "--diff", "0.0.1")]
    [InlineData("--schema and --diff are for one --stream", "--dialect", "flink", "--all", "--diff", "1.0.0")]
    [InlineData("--schemas has 'absent', which is no directory.", "--dialect", "flink", "--all", "--schemas", "absent")]
    [InlineData("--timestamps is for spark and hive", "--dialect", "flink", "--all", "--timestamps")]
    [InlineData("--kafka is for flink", "--dialect", "spark", "--all", "--kafka", "kafka:9092")]
    public async Task A_wrong_option_is_refused_with_what_is_allowed(string message, params string[] arguments)
    {
        var run = await RunAsync(arguments);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Errors, StringComparison.Ordinal);
        Assert.Equal("", run.Output);
    }

    private static string Schema(string property) => $$"""{ "type": "object", "properties": { "{{property}}": { "type": "string" } } }""";

    private void Write(string path, string content)
    {
        var file = Path.Combine(_directory, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var root = new RootCommand { DdlCommand.Create() };
        var exitCode = await root.Parse(["ddl", .. arguments]).InvokeAsync(new InvocationConfiguration { Output = output, Error = errors, EnableDefaultExceptionHandler = false });
        return (exitCode, output.ToString(), errors.ToString());
    }
}
