using System.Text.Json;

namespace Millrace.Local.Tests;

/// <summary><c>millrace doctor</c> as a whole: what it says, and how it ends.</summary>
public sealed class DoctorCommandTests : IDisposable
{
    private readonly Patient _patient = new(whole: true);
    private readonly string _data = Path.Combine(Directory.CreateTempSubdirectory("millrace-doctor-").FullName, "dev");

    public void Dispose()
    {
        _patient.Dispose();
        Directory.Delete(Path.GetDirectoryName(_data)!, recursive: true);
    }

    [Fact]
    public async Task Where_all_is_well_it_ends_with_0()
    {
        var (exitCode, output) = await RunJsonAsync("--kafka", _patient.Broker.BootstrapServers);

        Assert.True(exitCode == 0, output.GetRawText());
        Assert.True(output.GetProperty("healthy").GetBoolean());
        Assert.Equal(DoctorRun.Checks.Select(check => check.Name), output.GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("name").GetString()));
        Assert.All(output.GetProperty("checks").EnumerateArray(), check => Assert.Contains(check.GetProperty("verdict").GetString(), (string[])["good", "note"]));
    }

    [Fact]
    public async Task It_writes_to_no_topic()
    {
        await RunJsonAsync("--kafka", _patient.Broker.BootstrapServers);

        using var subject = await _patient.OpenAsync();
        var topics = _patient.Topics.Concat(_patient.OwnTopics.Select(topic => topic.Name)).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(topics, _patient.Broker.Topics.Keys);
        Assert.All(topics.SelectMany(subject.Cluster.PartitionsOf), partition => Assert.Equal(0, subject.Cluster.Ends(partition).High.Value));
    }

    [Fact]
    public async Task Where_something_is_wrong_it_ends_with_1_and_says_what_to_do()
    {
        using var bare = new Patient(withTopics: false, whole: true);

        var run = await Verb.RunAsync(DoctorCommand.Create(), "--kafka", bare.Broker.BootstrapServers, "--only", "topics");

        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        Assert.StartsWith($"Kafka at {bare.Broker.BootstrapServers}\nerror      topics ", run.Output, StringComparison.Ordinal);
        Assert.Contains("           error: PageChange.error: The topic does not exist; it carries the stream PageChange.error.\n             → Create it: kafka-topics --create --topic PageChange.error", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("8 errors, 6 warnings.\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_no_broker_answers_the_other_checks_still_look_and_those_that_could_not_say_so()
    {
        await _patient.Broker.DownAsync();

        var (exitCode, output) = await RunJsonAsync("--kafka", _patient.Broker.BootstrapServers);

        var verdicts = output.GetProperty("checks").EnumerateArray().ToDictionary(check => check.GetProperty("name").GetString()!, check => check.GetProperty("verdict").GetString());
        Assert.Equal((1, "error", "skipped", "good"), (exitCode, verdicts["brokers"], verdicts["topics"], verdicts["library"]));
    }

    [Fact]
    public async Task Without_a_name_it_looks_at_the_dev_session_that_runs_here()
    {
        using (DevAddress.Write(_data, _patient.Broker.BootstrapServers))
        {
            Assert.Equal(_patient.Broker.BootstrapServers, (await RunJsonAsync("--data", _data, "--only", "brokers")).Output.GetProperty("brokers").GetString());
        }

        var run = await Verb.RunAsync(DoctorCommand.Create(), "--data", _data);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("No millrace dev runs on ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--only has 'topic'; allowed are library, tools, ", "--only", "topic")]
    [InlineData("--setting is 'x'; allowed is NAME=VALUE.", "--setting", "x")]
    [InlineData("No such configuration property", "--setting", "Kafka:Client:no.such=1")]
    public async Task What_cannot_be_used_is_exit_code_2(string problem, params string[] arguments)
    {
        var run = await Verb.RunAsync(DoctorCommand.Create(), ["--kafka", _patient.Broker.BootstrapServers, .. arguments]);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(problem, run.Error, StringComparison.Ordinal);
    }

    private static Task<(int ExitCode, JsonElement Output)> RunJsonAsync(params string[] arguments) => Verb.RunJsonAsync(DoctorCommand.Create(), arguments);
}
