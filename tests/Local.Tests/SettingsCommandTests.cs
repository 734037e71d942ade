using System.CommandLine;
using System.Text.Json;

namespace Millrace.Local.Tests;

public sealed class SettingsCommandTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("millrace-settings-").FullName;

    private string? _catalog;

    private string Output => Path.Combine(_root, "functions", "local.settings.json");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void It_writes_what_the_host_cannot_derive_by_itself()
    {
        var run = Run("--kafka", "kafka:9092");

        var values = Values();
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(("dotnet-isolated", "UseDevelopmentStorage=true", "kafka:9092"), (values["FUNCTIONS_WORKER_RUNTIME"], values["AzureWebJobsStorage"], values["KAFKA_BOOTSTRAP_SERVERS"]));
        Assert.Equal(("mediawiki.revision-create", "mediawiki.page-create"), (values["Stages__PageChange__Topics__0"], values["Stages__PageChange__Topics__1"]));
        Assert.Equal("mediawiki.page_change.v1", values["Stages__PageContentChange__Topics"]);
        Assert.Equal("true", values["AzureWebJobs.ToPostgres.Disabled"]);
    }

    [Fact]
    public void A_file_that_is_there_is_left_as_it_is_unless_it_is_forced()
    {
        Run();
        var before = File.ReadAllText(Output);

        var refused = Run("--kafka", "other:9092");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("--force writes over it", refused.Error, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(Output));

        Assert.Equal(0, Run("--kafka", "other:9092", "--force").ExitCode);
        Assert.Equal("other:9092", Values()["KAFKA_BOOTSTRAP_SERVERS"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Secrets_are_written_for_their_owner_and_never_shown(bool json)
    {
        var secret = Path.Combine(_root, "password");
        File.WriteAllText(secret, "hunter2\n");

        var run = Run(["--security-protocol", "SASL_SSL", "--sasl-mechanism", "scram-sha-512", "--username", "me", "--password-file", secret, "--ssl-ca", secret, .. json ? ["--json"] : Array.Empty<string>()]);

        var values = Values();
        Assert.Equal(("sasl_ssl", "SCRAM-SHA-512", "me", "hunter2", secret), (values["Kafka__Client__security.protocol"], values["Kafka__Client__sasl.mechanism"], values["Kafka__Client__sasl.username"], values["Kafka__Client__sasl.password"], values["Kafka__Client__ssl.ca.location"]));
        Assert.DoesNotContain("hunter2", run.Output + run.Error, StringComparison.Ordinal);
        Assert.Contains("Kafka__Client__sasl.password", run.Output, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Output));
        }
    }

    [Fact]
    public void Tokens_are_asked_for_by_OpenID_Connect()
    {
        var secret = Path.Combine(_root, "secret");
        File.WriteAllText(secret, "hunter2");

        Run("--security-protocol", "sasl_ssl", "--sasl-mechanism", "OAUTHBEARER", "--oauth-token-endpoint", "https://id.example/token", "--oauth-client-id", "app", "--oauth-client-secret-file", secret);

        Assert.Equal(("oidc", "https://id.example/token", "app", "hunter2"), (Values()["Kafka__Client__sasl.oauthbearer.method"], Values()["Kafka__Client__sasl.oauthbearer.token.endpoint.url"], Values()["Kafka__Client__sasl.oauthbearer.client.id"], Values()["Kafka__Client__sasl.oauthbearer.client.secret"]));
    }

    [Fact]
    public void What_opens_a_store_is_written_for_its_owner_and_never_shown()
    {
        Connect();
        var secret = Path.Combine(_root, "secret");
        File.WriteAllText(secret, "Host=db;Password=hunter2\n");

        var run = Run("--store-secret", $"ToPostgres:ConnectionString={secret}", "--store-secret", $"ToHttp:Headers:X-Api-Key={secret}");

        var values = Values();
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(("Host=db;Password=hunter2", "Host=db;Password=hunter2"), (values["Stages__ToPostgres__Settings__ConnectionString"], values["Stages__ToHttp__Settings__Headers__X-Api-Key"]));
        Assert.False(values.ContainsKey("AzureWebJobs.ToPostgres.Disabled"));
        Assert.DoesNotContain("hunter2", run.Output, StringComparison.Ordinal);
        Assert.Contains("Stages__ToHttp__Settings__Headers__X-Api-Key", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_store_that_nothing_opens_yet_is_told_of()
    {
        Connect();

        var run = Run();

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("not in the file: Stages__ToPostgres__Settings__ConnectionString. Where", run.Error, StringComparison.Ordinal);
        Assert.Contains("Stages__ToHttp__Settings__Headers or Stages__ToHttp__Settings__Address", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_that_is_given_twice_is_refused()
    {
        Connect();
        var secret = Path.Combine(_root, "secret");
        File.WriteAllText(secret, "hunter2");

        var run = Run("--store-secret", $"ToPostgres:ConnectionString={secret}", "--store-secret", $"ToPostgres:connectionString={secret}");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("has ToPostgres:connectionString twice", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ToPostgres:Schema=x")]
    [InlineData("PageChange:NewPages=x")]
    [InlineData("ToPostgres:ConnectionString")]
    [InlineData("ToLake:ConnectionString=x")]
    public void What_is_no_secret_of_a_store_is_refused_with_those_that_are(string given)
    {
        Connect();

        var run = Run("--store-secret", given);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"--store-secret is '{given}'; allowed is ToPostgres:ConnectionString=FILE, ToHttp:Headers=FILE, ToHttp:Address=FILE.", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Output));
    }

    [Theory]
    [InlineData("--kafka is 'nowhere'; allowed is HOST:PORT", "--kafka", "nowhere")]
    [InlineData("--security-protocol is 'tls'; allowed is plaintext, ssl", "--security-protocol", "tls")]
    [InlineData("--sasl-mechanism is missing", "--security-protocol", "sasl_ssl")]
    [InlineData("'PLAIN', which needs --username and --password-file", "--security-protocol", "sasl_ssl", "--sasl-mechanism", "PLAIN")]
    [InlineData("--ssl-ca is '/absent', which is no file", "--security-protocol", "ssl", "--ssl-ca", "/absent")]
    [InlineData("allowed is none, as the catalog has no connector", "--store-secret", "ToPostgres:ConnectionString=x")]
    public void What_cannot_be_used_is_refused_and_nothing_is_written(string why, params string[] arguments)
    {
        var run = Run(arguments);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(why, run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Output));
    }

    // A catalog with connectors, as the app's own has none.
    private void Connect()
    {
        _catalog = Directory.CreateDirectory(Path.Combine(_root, "catalog")).FullName;
        File.WriteAllText(Path.Combine(_catalog, "streams.json"), """{ "streams": { "in": { "schema_title": "in" } } }""");
        File.WriteAllText(Path.Combine(_catalog, "stages.json"), """
            { "stages": {
                "ToPostgres": { "connector": "postgres", "inputs": ["in"], "settings": { "connectionString": "Host=db" } },
                "ToHttp": { "connector": "http", "inputs": ["in"], "settings": { "address": "http://hook.example/" } } } }
            """);
    }

    private Dictionary<string, string> Values() => JsonElement.Parse(File.ReadAllText(Output)).GetProperty("Values").Deserialize<Dictionary<string, string>>()!;

    private (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        var root = new RootCommand { SettingsCommand.Create(_catalog) };
        var exitCode = root.Parse(["settings", "--output", Output, .. arguments]).Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        return (exitCode, output.ToString(), error.ToString());
    }
}
