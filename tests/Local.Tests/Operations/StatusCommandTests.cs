using System.Text.Json;
using static Millrace.Local.Tests.ObservedCluster;

namespace Millrace.Local.Tests;

/// <summary><c>millrace status</c> and <c>millrace lag</c> as a whole.</summary>
public sealed class StatusCommandTests : IDisposable
{
    private readonly ObservedCluster _cluster = new();
    private readonly string _data = Path.Combine(Directory.CreateTempSubdirectory("millrace-status-").FullName, "dev");

    public void Dispose()
    {
        _cluster.Dispose();
        Directory.Delete(Path.GetDirectoryName(_data)!, recursive: true);
    }

    [Fact]
    public async Task Where_nothing_waits_it_ends_with_0()
    {
        var (exitCode, output) = await _cluster.RunJsonAsync(StatusCommand.Create(), "--interval", "0");

        Assert.Equal(0, exitCode);
        Assert.Equal(_cluster.Platform.Catalog.Stages.Select(stage => stage.Name), output.GetProperty("stages").EnumerateArray().Select(stage => stage.GetProperty("stage").GetString()));
        Assert.All(output.GetProperty("stages").EnumerateArray(), stage => Assert.Equal(("idle", 0), (stage.GetProperty("state").GetString(), stage.GetProperty("lag").GetInt64())));
        Assert.Equal(JsonValueKind.Null, output.GetProperty("stages")[0].GetProperty("in_per_second").ValueKind);
    }

    [Fact]
    public async Task Where_records_wait_for_a_stage_that_does_not_run_it_ends_with_1_and_says_so()
    {
        await _cluster.ProduceAsync(Input, 1, "{}");

        var run = await _cluster.RunAsync(StatusCommand.Create(), "--stage", "PageChange", "--interval", "0.1");

        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        Assert.Contains("PageChange: 1 wait, and nobody reads them", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Error_events_are_counted_and_markers_of_transactions_are_not()
    {
        using var done = _cluster.Transact("errors", commit: true, (Errors, 0, "{}"), (Errors, 1, "{}"), (Errors, 1, "{}"));
        using var gone = _cluster.Transact("gone", commit: false, (Errors, 0, "{}"));

        var (_, output) = await _cluster.RunJsonAsync(StatusCommand.Create(), "--stage", "PageChange", "--interval", "0");

        Assert.Equal((3, true), (output.GetProperty("stages")[0].GetProperty("errors").GetInt64(), output.GetProperty("stages")[0].GetProperty("all_errors").GetBoolean()));
    }

    [Fact]
    public async Task It_finds_the_session_that_runs_here_and_its_catalog()
    {
        var catalog = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(_data)!, "catalog")).FullName;
        File.WriteAllText(Path.Combine(catalog, "streams.json"), """{ "streams": { "in": { "schema_title": "in" } } }""");
        File.WriteAllText(Path.Combine(catalog, "stages.json"), """{ "stages": { "Other": { "inputs": ["in"] } } }""");
        using var address = DevAddress.Write(_data, _cluster.Broker.BootstrapServers, catalog);

        var (exitCode, output) = await Verb.RunJsonAsync(StatusCommand.Create(), "--data", _data, "--interval", "0");

        Assert.Equal((0, "Other", "absent"), (exitCode, output.GetProperty("stages")[0].GetProperty("stage").GetString(), output.GetProperty("stages")[0].GetProperty("state").GetString()));
    }

    [Theory]
    [InlineData("--stage is 'PageChang'; the catalog has ", "--stage", "PageChang")]
    [InlineData("--interval is -1; allowed is 0 to 3600.", "--interval", "-1")]
    [InlineData("--setting is 'x'; allowed is NAME=VALUE.", "--setting", "x")]
    [InlineData("No such configuration property", "--setting", "Kafka:Client:no.such=1")]
    public async Task What_cannot_be_used_is_exit_code_2(string problem, params string[] arguments)
    {
        var run = await _cluster.RunAsync(StatusCommand.Create(), arguments);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(problem, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_runs_and_no_broker_is_named_it_ends_with_2()
    {
        var run = await Verb.RunAsync(StatusCommand.Create(), "--data", _data);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("No millrace dev runs on ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_that_does_not_answer_is_exit_code_2()
    {
        await _cluster.Broker.DownAsync();

        var run = await _cluster.RunAsync(StatusCommand.Create());

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith($"millrace: Kafka at {_cluster.Broker.BootstrapServers} does not answer: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lag_shows_every_partition()
    {
        await _cluster.ProduceAsync(Input, 1, "{}");
        _cluster.Commit("PageChange", Input, 1, 0);

        var run = await _cluster.RunAsync(LagCommand.Create(), "--stage", "PageChange");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Matches(@"PageChange  mediawiki\.revision-create/0  0    0\.0 +-  +-  +0\n", run.Output);
        Assert.Matches(@"PageChange  mediawiki\.revision-create/1  1    [\d,.]+ +0  +0  +1\n", run.Output);
    }

    [Fact]
    public async Task Watched_lag_is_a_line_of_JSON_for_each_look()
    {
        var run = await _cluster.RunAsync(LagCommand.Create(), "--watch", "--count", "2", "--interval", "0.1", "--json");

        var looks = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line).GetProperty("stages")[0]).ToList();
        Assert.Equal([JsonValueKind.Null, JsonValueKind.Number], looks.Select(look => look.GetProperty("settled_per_second").ValueKind));
    }

    [Fact]
    public async Task Watched_lag_is_a_line_for_each_stage_where_there_is_no_terminal()
    {
        var run = await _cluster.RunAsync(LagCommand.Create(), "--watch", "--count", "1", "--stage", "PageChange");

        Assert.Matches(@"^\S+Z PageChange: idle, lag 0, 0\.0 s, in -/s, settled -/s\n$", run.Output);
    }
}
