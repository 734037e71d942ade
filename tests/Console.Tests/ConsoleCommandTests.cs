using System.CommandLine;
using System.Net;
using System.Text.Json;
using Millrace.Local;
using Millrace.Local.Tests;

namespace Millrace.Console.Tests;

/// <summary><c>millrace console</c> as a command.</summary>
public sealed class ConsoleCommandTests : IDisposable
{
    private readonly ObservedCluster _cluster = new(withTopics: false);
    private readonly string _directory = Directory.CreateTempSubdirectory("millrace-console-").FullName;

    public void Dispose()
    {
        _cluster.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task It_serves_until_it_is_stopped_and_ends_with_0()
    {
        using var stop = new CancellationTokenSource();
        using var output = new FirstLine();
        var running = RunAsync(output, stop.Token, "--kafka", _cluster.Broker.BootstrapServers, "--port", "0", "--json");
        var said = JsonElement.Parse(await output.Said.WaitAsync(ObservedConsole.Patience));
        using var client = new HttpClient { BaseAddress = new Uri(said.GetProperty("address").GetString()!) };

        var session = JsonElement.Parse(await client.GetStringAsync("api/session"));
        await stop.CancelAsync();

        Assert.Equal((_cluster.Broker.BootstrapServers, false, "127.0.0.1"), (session.GetProperty("kafka").GetString(), session.GetProperty("allowChanges").GetBoolean(), client.BaseAddress.Host));
        Assert.Equal(0, await running);
    }

    [Fact]
    public async Task A_token_of_a_file_is_required_of_whoever_asks()
    {
        var file = Path.Combine(_directory, "token.txt");
        await File.WriteAllTextAsync(file, ObservedConsole.Token + "\n");
        using var stop = new CancellationTokenSource();
        using var output = new FirstLine();
        var running = RunAsync(output, stop.Token, "--kafka", _cluster.Broker.BootstrapServers, "--port", "0", "--json", "--token-file", file, "--allow-changes");
        var said = JsonElement.Parse(await output.Said.WaitAsync(ObservedConsole.Patience));
        using var client = new HttpClient { BaseAddress = new Uri(said.GetProperty("address").GetString()!) };

        using var without = await client.GetAsync("api/session");
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {ObservedConsole.Token}");
        using var with = await client.GetAsync("api/session");
        await stop.CancelAsync();
        await running;

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (without.StatusCode, with.StatusCode));
        Assert.Equal((true, true), (said.GetProperty("token").GetBoolean(), said.GetProperty("allow_changes").GetBoolean()));
    }

    [Theory]
    [InlineData("--listen is '0.0.0.0', which other machines reach: a token is required, by --token-file or MILLRACE_CONSOLE_TOKEN.", "--listen", "0.0.0.0")]
    [InlineData("--listen is '::', which other machines reach", "--listen", "[::]")]
    [InlineData("--listen is 'everywhere'; allowed is an IP address, such as 127.0.0.1 or 0.0.0.0.", "--listen", "everywhere")]
    [InlineData("--port is 65536; allowed is 0 to 65535.", "--port", "65536")]
    [InlineData("--port is -1; allowed is 0 to 65535.", "--port", "-1")]
    [InlineData("--token-file is 'absent.txt', which is no file.", "--token-file", "absent.txt")]
    [InlineData("No such configuration property", "--setting", "Kafka:Client:no.such=1")]
    [InlineData("Intake:MaxEvents is 'x'", "--setting", "Intake:MaxEvents=x")]
    [InlineData("--metrics has 'file:///etc/passwd'; allowed are http and https addresses.", "--metrics", "file:///etc/passwd")]
    public async Task What_cannot_be_used_is_exit_code_2(string problem, params string[] arguments)
    {
        var run = await _cluster.RunAsync(ConsoleCommand.Create(), arguments);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith($"millrace: {problem}", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_is_too_short_is_refused_without_being_said()
    {
        var file = Path.Combine(_directory, "token.txt");
        await File.WriteAllTextAsync(file, "too short");

        var run = await _cluster.RunAsync(ConsoleCommand.Create(), "--token-file", file);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("has 9 characters; allowed are 16 or more.", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("too short", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_refused()
    {
        await using var taken = await ObservedConsole.StartAsync();

        var run = await _cluster.RunAsync(ConsoleCommand.Create(), "--port", $"{taken.Server.Address.Port}");

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith($"millrace: The console cannot listen at 127.0.0.1:{taken.Server.Address.Port}: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_help_has_examples_and_exit_codes()
    {
        var run = await Verb.RunAsync(ConsoleCommand.Create(), "--help");

        Assert.Equal(0, run.ExitCode);
        Assert.All((string[])["--listen", "--port", "--token-file", "--allow-changes", "--metrics", "--kafka", "--data", "Examples:", "Exit codes:", "MILLRACE_CONSOLE_TOKEN"], part => Assert.Contains(part, run.Output, StringComparison.Ordinal));
    }

    private static Task<int> RunAsync(TextWriter output, CancellationToken stop, params string[] arguments) =>
        new RootCommand { ConsoleCommand.Create() }.Parse(["console", .. arguments]).InvokeAsync(new InvocationConfiguration { Output = output, EnableDefaultExceptionHandler = false }, stop);

    /// <summary>What a command that goes on says first.</summary>
    private sealed class FirstLine : StringWriter
    {
        private readonly TaskCompletionSource<string> _said = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Said => _said.Task;

        public override Task FlushAsync(CancellationToken cancellationToken)
        {
            _said.TrySetResult(ToString());
            return Task.CompletedTask;
        }
    }
}
