using System.CommandLine;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Millrace.Connectors;
using Millrace.Core;
using Millrace.Schemas;

namespace Millrace.Local.Tests;

public sealed class LakeCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("millrace-lake-").FullName;

    private string Lake => Path.Combine(_directory, "lake");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Show_prints_tables_and_checkpoints()
    {
        await FillAsync(3);
        var (exitCode, output, _) = await RunAsync("show", "--path", Lake);
        Assert.Equal(0, exitCode);
        Assert.Contains("test_event: version 2, /test/event/1.0.0", output, StringComparison.Ordinal);
        Assert.Contains("3 rows in 3 files", output, StringComparison.Ordinal);
        Assert.Contains("1 hours from 2026-07-05T09Z to 2026-07-05T09Z", output, StringComparison.Ordinal);
        Assert.Contains("ToLake/test.event/0 up to 3", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compact_and_vacuum_leave_one_file_of_an_hour()
    {
        await FillAsync(3);
        var (exitCode, output, error) = await RunAsync("compact", "--path", Lake, "--table", "test_event", "--json");
        Assert.Equal(0, exitCode);
        Assert.Equal(3, JsonElement.Parse(output)[0].GetProperty("replaced").GetInt32());
        Assert.Contains("3 files became one", error, StringComparison.Ordinal);

        // They left the table just now.
        Assert.Equal((0, "0 files, 0.0 MB would be deleted"), ((await RunAsync("vacuum", "--path", Lake, "--retention", "1", "--dry-run")) is var run ? (run.ExitCode, run.Output.Trim()) : default));
        var (_, shown, _) = await RunAsync("show", "--path", Lake, "--json");
        Assert.Equal(1, JsonElement.Parse(shown)[0].GetProperty("files").GetInt32());
        Assert.Equal(3, JsonElement.Parse(shown)[0].GetProperty("rows").GetInt32());
    }

    [Theory]
    [InlineData("there is no table in it", "show", "--path", "nowhere")]
    [InlineData("--table is 'none'; the lake has test_event", "compact", "--table", "none")]
    [InlineData("--target-mb is 0; allowed is 1 to 4096", "compact", "--target-mb", "0")]
    [InlineData("--retention is 0.5; allowed is 1 to 720 hours", "vacuum", "--retention", "0.5")]
    [InlineData("The lake's path is 'ftp://x/y'", "show", "--path", "ftp://x/y")]
    public async Task What_cannot_be_used_is_named(string message, params string[] arguments)
    {
        await FillAsync(1);
        var (exitCode, _, error) = await RunAsync(arguments.Contains("--path") ? arguments : [.. arguments, "--path", Lake]);
        Assert.Equal(2, exitCode);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    private async Task FillAsync(int files)
    {
        var schema = Path.Combine(_directory, "schemas", "test", "event", "1.0.0.json");
        Directory.CreateDirectory(Path.GetDirectoryName(schema)!);
        await File.WriteAllTextAsync(schema, """{"$schema":"http://json-schema.org/draft-07/schema#","$id":"/test/event/1.0.0","title":"test/event","type":"object","properties":{"meta":{"type":"object","properties":{"dt":{"type":"string","format":"date-time"}}}}}""");
        var stage = new StageDefinition
        {
            Name = "ToLake",
            Connector = "lake",
            Inputs = [new StreamDefinition { Name = "test.event", SchemaTitle = "test/event", Topics = ["test.event"] }],
            ErrorStream = new StreamDefinition { Name = "ToLake.error", SchemaTitle = "error", Topics = ["ToLake.error"] },
            Settings = JsonSerializer.SerializeToElement(new { path = Lake }),
        };
        var schemas = new SchemaRepository(new SchemaRepositoryOptions { Bases = { Path.Combine(_directory, "schemas") } }, null, TimeProvider.System);
        await using var store = new LakeStore(new ConfigurationBuilder().Build(), schemas, TimeProvider.System, NullLogger<LakeStore>.Instance);
        for (var offset = 0; offset < files; offset++)
        {
            await using var session = await store.OpenAsync(stage, new StreamPartition("test.event", 0), default);
            var record = new EventRecord { Position = new StreamPosition("test.event", 0, offset), Value = Encoding.UTF8.GetBytes("""{"meta":{"dt":"2026-07-05T09:30:00Z"}}""") };
            await session.AppendAsync(new ProcessedRecord(record, new Outcome.Emitted([]), [], "/test/event/1.0.0"), default);
            Assert.Empty(await session.CommitAsync(offset + 1, default));
            await store.FlushAsync(default);
        }
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        var root = new RootCommand { LakeCommand.Create() };
        var exitCode = await root.Parse(["lake", .. arguments]).InvokeAsync(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        return (exitCode, output.ToString(), error.ToString());
    }
}
