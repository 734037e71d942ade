using System.CommandLine;
using System.Text.Json;

namespace Millrace.Local.Tests;

public sealed class SettingsCommandTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("millrace-settings-").FullName;

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

    [Theory]
    [InlineData("--kafka is 'nowhere'; allowed is HOST:PORT", "--kafka", "nowhere")]
    [InlineData("--security-protocol is 'tls'; allowed is plaintext, ssl", "--security-protocol", "tls")]
    [InlineData("--sasl-mechanism is missing", "--security-protocol", "sasl_ssl")]
    [InlineData("'PLAIN', which needs --username and --password-file", "--security-protocol", "sasl_ssl", "--sasl-mechanism", "PLAIN")]
    [InlineData("--ssl-ca is '/absent', which is no file", "--security-protocol", "ssl", "--ssl-ca", "/absent")]
    public void What_cannot_be_used_is_refused_and_nothing_is_written(string why, params string[] arguments)
    {
        var run = Run(arguments);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(why, run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Output));
    }

    private Dictionary<string, string> Values() => JsonElement.Parse(File.ReadAllText(Output)).GetProperty("Values").Deserialize<Dictionary<string, string>>()!;

    private (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        var root = new RootCommand { SettingsCommand.Create() };
        var exitCode = root.Parse(["settings", "--output", Output, .. arguments]).Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        return (exitCode, output.ToString(), error.ToString());
    }
}
