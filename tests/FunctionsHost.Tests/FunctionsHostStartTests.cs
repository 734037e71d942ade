namespace Millrace.FunctionsHost.Tests;

/// <summary>What is refused at start, and what the refusal says.</summary>
public sealed class FunctionsHostStartTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("millrace-host-");

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [InlineData("TakesText", "'text' of type String", "KafkaRecord[]")]
    [InlineData("TakesOneOfMany", "'record' of type KafkaRecord", "IsBatched = true")]
    [InlineData("TakesMore", "'more' of type Int32", "FunctionContext and CancellationToken")]
    [InlineData("DecodesKeys", "KeyDataType is String", "KeyDataType = KafkaMessageKeyType.Binary")]
    [InlineData("HasNoTrigger", "exactly one parameter has a trigger", "KafkaTrigger")]
    [InlineData("ReturnsValue", "returns Task or ValueTask", "RefusedFunctions.ReturnsValue")]
    [InlineData("NamesAbsentSetting", "KafkaTrigger.Topic", "'Stages:Absent:Topic'")]
    [InlineData("NamesAbsentSetting", "\"%Stages:Absent:Topic%\"", "Stages__Absent__Topic")]
    [InlineData("NamesAbsentFile", "refuses its configuration", "ssl.ca.location")]
    public async Task A_function_that_cannot_run_is_refused_by_name(string function, string what, string hint)
    {
        var error = await RefusalAsync(TestHost.Arguments(function, "127.0.0.1:1", "t"));

        Assert.StartsWith($"Function '{function}'", error, StringComparison.Ordinal);
        Assert.Contains(what, error, StringComparison.Ordinal);
        Assert.Contains(hint, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_filter_that_names_no_function_is_refused_with_the_names_there_are()
    {
        var error = await RefusalAsync(TestHost.Arguments("Btached", "127.0.0.1:1", "t"));

        Assert.Contains("'Btached'", error, StringComparison.Ordinal);
        Assert.Contains("Batched, ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"maxBatchSice": 5}""", "extensions.kafka.maxBatchSice is not known", "maxBatchSize")]
    [InlineData("""{"maxBatchSize": 0}""", "extensions.kafka.maxBatchSize is '0'", "from 1 to")]
    [InlineData("""{"subscriberIntervalInSeconds": 0.5}""", "extensions.kafka.subscriberIntervalInSeconds is '0.5'", "a whole number from 1")]
    [InlineData("""{"maxRetries": -2}""", "extensions.kafka.maxRetries is '-2'", "from -1")]
    [InlineData("""{"commitOnFailure": "no"}""", "extensions.kafka.commitOnFailure is 'no'", "true or false")]
    [InlineData("""{"autoOffsetReset": "1"}""", "extensions.kafka.autoOffsetReset is '1'", "Earliest or Latest")]
    [InlineData("""{"fetchMaxBytes": {"a": 1}}""", "extensions.kafka.fetchMaxBytes has keys below it", "a whole number")]
    public async Task A_host_file_with_a_wrong_key_is_refused_with_what_is_allowed(string kafka, string what, string allowed)
    {
        WriteHostFile($$"""{"version": "2.0", "extensions": {"kafka": {{kafka}} } }""");

        var error = await RefusalAsync([$"--AzureWebJobsScriptRoot={_root.FullName}", "--AzureFunctionsJobHost:functions:0=Batched"]);

        Assert.Contains(what, error, StringComparison.Ordinal);
        Assert.Contains(allowed, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_file_that_is_not_JSON_is_refused_by_its_path()
    {
        WriteHostFile("{");

        var error = await RefusalAsync([$"--AzureWebJobsScriptRoot={_root.FullName}"]);

        Assert.Contains(Path.Combine(_root.FullName, "host.json"), error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_root_without_a_host_file_is_refused_by_its_setting()
    {
        var error = await RefusalAsync([$"--AzureWebJobsScriptRoot={_root.FullName}"]);

        Assert.Contains("AzureWebJobsScriptRoot", error, StringComparison.Ordinal);
        Assert.Contains(_root.FullName, error, StringComparison.Ordinal);
    }

    private void WriteHostFile(string json) => File.WriteAllText(Path.Combine(_root.FullName, "host.json"), json);

    private static async Task<string> RefusalAsync(string[] arguments)
    {
        var error = await Assert.ThrowsAsync<FunctionsHostException>(async () =>
        {
            using var host = TestHost.Build(arguments, new Calls());
            await host.StartAsync(CancellationToken.None);
        });
        return error.Message;
    }
}
