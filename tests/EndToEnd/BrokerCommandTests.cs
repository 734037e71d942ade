using System.Text;
using Confluent.Kafka;

namespace Millrace.EndToEnd;

/// <summary>What <c>millrace broker</c> does, and what it says to those who misuse it.</summary>
public sealed class BrokerCommandTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly MillraceCommand _millrace = new();

    public void Dispose() => _millrace.Dispose();

    [Fact]
    public async Task Help_has_every_option_examples_and_the_exit_codes()
    {
        var run = await _millrace.RunAsync("broker", "--help");

        Assert.Equal(0, run.ExitCode);
        Assert.All(
            ["--port", "--data", "--topics", "--default-partitions", "--control-port", "--flush", "--verbose", "Examples:", "Exit codes:"],
            text => Assert.Contains(text, run.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task It_listens_has_the_topics_and_stops_cleanly_on_a_signal(string signal)
    {
        if (signal == "INT" && IgnoresInterrupts())
        {
            return; // A shell that runs the tests in its background has them ignore it, and so do all that they start.
        }

        using var broker = _millrace.Start("broker", "--port", "0", "--topics", "a:3,b:1");
        var address = await ListeningAsync(broker);

        Assert.Equal([("a", 3), ("b", 1)], Topics(address));
        await broker.SignalAsync(signal);

        var end = await broker.EndAsync();
        Assert.Equal((0, ""), (end.ExitCode, end.Error));
    }

    private static bool IgnoresInterrupts() =>
        OperatingSystem.IsLinux()
        && File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) is var ignored
        && (Convert.ToUInt64(ignored["SigIgn:".Length..].Trim(), 16) & 0b10) != 0;

    [Fact]
    public async Task Its_directory_has_everything_for_the_next_one()
    {
        using (var first = _millrace.Start("broker", "--port", "0", "--data", "kept", "--topics", "a:3"))
        {
            using var producer = Producer(await ListeningAsync(first));
            await producer.ProduceAsync(new TopicPartition("a", 2), new Message<Null, string> { Value = "x" }).WaitAsync(Patience);
            await first.KillAsync();
        }

        using var second = _millrace.Start("broker", "--port", "0", "--data", "kept", "--topics", "a:3,b:2");
        var address = await ListeningAsync(second);

        Assert.Contains(Path.Combine(_millrace.Directory, "kept"), await second.SaysAsync("Keeps everything in"), StringComparison.Ordinal);
        Assert.Equal([("a", 3), ("b", 2)], Topics(address));
        using var consumer = new ConsumerBuilder<Ignore, string>(new ConsumerConfig { BootstrapServers = address, GroupId = "g" }).SetLogHandler((_, _) => { }).Build();
        consumer.Assign(new TopicPartitionOffset("a", 2, 0));
        Assert.Equal("x", consumer.Consume(Patience)?.Message.Value);
    }

    [Fact]
    public async Task Another_number_of_partitions_than_the_directory_has_is_refused_with_what_to_do()
    {
        using (var first = _millrace.Start("broker", "--port", "0", "--data", "kept", "--topics", "a:3"))
        {
            await ListeningAsync(first);
            await first.SignalAsync("TERM");
            await first.EndAsync();
        }

        await IsRefused("--topics has 'a:4', and kept has that topic with 3 partitions. Give that number, or another directory.", "--port", "0", "--data", "kept", "--topics", "a:4");
    }

    [Fact]
    public async Task A_port_that_is_taken_and_a_directory_that_is_in_use_are_refused_with_what_to_do()
    {
        using var first = _millrace.Start("broker", "--port", "0", "--data", "kept");
        var port = (await ListeningAsync(first)).Split(':')[1];

        await IsRefused($"The broker cannot listen on 127.0.0.1:{port}", "--port", port);
        await IsRefused($"The control endpoint cannot listen on 127.0.0.1:{port}", "--port", "0", "--control-port", port);
        await IsRefused("Another broker uses the data directory", "--port", "0", "--data", "kept");
    }

    [Fact]
    public async Task A_directory_that_is_no_broker_s_is_refused_and_left_alone()
    {
        var thesis = Path.Combine(_millrace.Directory, "thesis.txt");
        await File.WriteAllTextAsync(thesis, "text");

        await IsRefused("has files that are no broker's", "--port", "0", "--data", ".");
        await IsRefused("cannot be written", "--port", "0", "--data", "thesis.txt");

        Assert.Equal([thesis], Directory.GetFileSystemEntries(_millrace.Directory));
    }

    [Theory]
    [InlineData("--topics has 'a'; allowed is NAME:N, with 1 to 10000 partitions.", "--topics", "a")]
    [InlineData("--topics has 'a:0'; allowed is NAME:N", "--topics", "a:0")]
    [InlineData("--topics has ':1'; allowed is NAME:N", "--topics", ":1")]
    [InlineData("--topics has 'a:10001'; allowed is NAME:N", "--topics", "b:1,a:10001")]
    [InlineData("--topics has 'a' twice, with 1 and with 2 partitions.", "--topics", "a:1,a:2")]
    [InlineData("A topic cannot be called 'a/b': allowed are letters and digits of ASCII, '.', '_' and '-'.", "--topics", "a/b:1")]
    [InlineData("--port is 65536; allowed is 0 to 65535.", "--port", "65536")]
    [InlineData("--port is -1; allowed is 0 to 65535.", "--port", "-1")]
    [InlineData("--control-port is 70000; allowed is 0 to 65535.", "--control-port", "70000")]
    [InlineData("--default-partitions is 1001; allowed is 0 to 1000.", "--default-partitions", "1001")]
    [InlineData("--flush is 'sometimes'; allowed is none, always, or 0.01 to 3600 seconds.", "--flush", "sometimes")]
    [InlineData("--flush is '0'; allowed is none, always, or 0.01 to 3600 seconds.", "--flush", "0")]
    [InlineData("--data is empty", "--data", "")]
    [InlineData("'many'", "--port", "many")]
    [InlineData("--colour", "--colour")]
    public Task A_wrong_option_is_refused_with_its_name_its_value_and_what_is_allowed(string message, params string[] arguments) =>
        IsRefused(message, arguments.Contains("--port") ? arguments : ["--port", "0", .. arguments]);

    [Fact]
    public async Task A_fault_that_was_ordered_over_http_is_what_a_client_sees()
    {
        using var broker = _millrace.Start("broker", "--port", "0", "--control-port", "0", "--topics", "a:1");
        using var producer = Producer(await ListeningAsync(broker));
        var control = new Uri((await broker.SaysAsync("Faults are ordered at ")).Split(' ')[^1]);
        using var http = new HttpClient { BaseAddress = control };
        using var fault = new StringContent("""{"fault":"fail","request":"Produce","error":"PolicyViolation"}""", Encoding.UTF8, "application/json");

        using var ordered = await http.PostAsync(new Uri("faults", UriKind.Relative), fault);

        Assert.True(ordered.IsSuccessStatusCode, await ordered.Content.ReadAsStringAsync());
        var error = await Assert.ThrowsAsync<ProduceException<Null, string>>(() => producer.ProduceAsync("a", new Message<Null, string> { Value = "x" }).WaitAsync(Patience));
        Assert.Equal(ErrorCode.PolicyViolation, error.Error.Code);
    }

    private static async Task<string> ListeningAsync(MillraceProcess broker) => (await broker.SaysAsync("Listening on "))["Listening on ".Length..];

    private static List<(string Name, int Partitions)> Topics(string address)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = address }).SetLogHandler((_, _) => { }).Build();
        return [.. admin.GetMetadata(Patience).Topics.Select(topic => (topic.Topic, topic.Partitions.Count)).Order()];
    }

    private static IProducer<Null, string> Producer(string address) =>
        new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = address }).SetLogHandler((_, _) => { }).Build();

    private async Task IsRefused(string message, params string[] arguments)
    {
        var run = await _millrace.RunAsync(["broker", .. arguments]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("(Parameter", run.Error, StringComparison.Ordinal);
    }
}
