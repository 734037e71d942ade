using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Millrace.Broker;
using Millrace.Broker.Storage;

namespace Millrace.Local;

/// <summary><c>millrace broker</c>: the embedded broker in a process of its own.</summary>
internal static class BrokerCommand
{
    private const int Stopped = 0;
    private const int Unusable = 2;

    private static readonly Option<int> Port = new("--port") { Description = "The port on 127.0.0.1; 0 takes a free one.", HelpName = "N", DefaultValueFactory = _ => 9092 };

    private static readonly Option<string?> Data = new("--data") { Description = "Where records, offsets and transactions are kept. Without it they are in memory, and gone when the broker stops.", HelpName = "DIR" };

    private static readonly Option<string[]> Topics = new("--topics")
    {
        Description = "Topics to create where they do not exist, each with the number of its partitions. Several with commas.",
        HelpName = "NAME:N[,NAME:N…]",
        CustomParser = argument => [.. argument.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))],
    };

    private static readonly Option<int> DefaultPartitions = new("--default-partitions") { Description = "Partitions of a topic that a client asks for and that does not exist; 0 creates none.", HelpName = "N", DefaultValueFactory = _ => 4 };

    private static readonly Option<int?> ControlPort = new("--control-port") { Description = "A port on 127.0.0.1 where faults can be ordered over HTTP; GET / says how.", HelpName = "N" };

    private static readonly Option<string> Flush = new("--flush")
    {
        Description = "When what is acknowledged is forced to the disk: none (it survives the process, perhaps not a power cut), always, or every so many seconds.",
        HelpName = "none|always|SECONDS",
        DefaultValueFactory = _ => "none",
    };

    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Say more on standard error." };

    public static Command Create()
    {
        var command = new Command("broker", """
            Run the embedded Kafka broker on its own: one node, for development and tests. It listens on 127.0.0.1 and
            nowhere else, since whoever reaches it may do everything. In production, use Apache Kafka.

            Examples:
              millrace broker --data .millrace/eqiad --topics eqiad.page_change:8
              millrace broker --port 9093 --data .millrace/codfw      (a second datacenter beside it)
              millrace broker --control-port 9990
              curl -d '{"fault":"fail","request":"Produce","error":"NotLeaderOrFollower","times":3}' localhost:9990/faults

            Exit codes: 0 it was stopped; 2 an option, the port or the directory cannot be used.
            """);
        foreach (var option in (Option[])[Port, Data, Topics, DefaultPartitions, ControlPort, Flush, Verbose])
        {
            command.Options.Add(option);
        }

        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        try
        {
            var logger = new StandardErrorLogger(parsed.GetValue(Verbose) ? LogLevel.Debug : LogLevel.Information, TimeProvider.System);
            await ServeAsync(Read(parsed, logger), TopicsOf(parsed), parsed.GetValue(ControlPort) is { } control ? PortOf(control, ControlPort.Name) : null, cancellation);
            return Stopped;
        }
        catch (Exception wrong) when (wrong is UsageException or StorageException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            await Console.Error.WriteLineAsync($"millrace: {wrong.Message}");
            return Unusable;
        }
    }

    private static async Task ServeAsync(EmbeddedBrokerOptions options, List<(string Name, int Partitions)> topics, int? controlPort, CancellationToken cancellation)
    {
        await using var broker = EmbeddedBroker.Start(options);
        foreach (var (name, partitions) in topics)
        {
            if (broker.Topics.TryGetValue(name, out var have) && have != partitions)
            {
                throw new UsageException($"--topics has '{name}:{partitions}', and {options.DataDirectory} has that topic with {have} partitions. Give that number, or another directory.");
            }

            if (have == 0)
            {
                broker.CreateTopic(name, partitions);
            }
        }

        Uri? controlAddress = null;
        await using var control = controlPort is { } port ? broker.OpenControl(port, out controlAddress) : null;
        await Console.Out.WriteLineAsync($"Listening on {broker.BootstrapServers}");
        await Console.Out.WriteLineAsync(options.DataDirectory is { } directory ? $"Keeps everything in {Path.GetFullPath(directory)}." : "Keeps everything in memory; --data keeps it in a directory.");
        if (controlAddress is not null)
        {
            await Console.Out.WriteLineAsync($"Faults are ordered at {controlAddress}");
        }

        await Console.Out.FlushAsync(cancellation);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static EmbeddedBrokerOptions Read(ParseResult parsed, ILogger logger) => new()
    {
        Port = PortOf(parsed.GetValue(Port), Port.Name),
        DataDirectory = parsed.GetValue(Data) is not "" and var data ? data : throw new UsageException("--data is empty; allowed is a directory."),
        DefaultPartitions = parsed.GetValue(DefaultPartitions) is var partitions and >= 0 and <= 1000 ? partitions : throw new UsageException($"--default-partitions is {parsed.GetValue(DefaultPartitions)}; allowed is 0 to 1000."),
        FlushEvery = FlushOf(parsed.GetValue(Flush)!),
        Logger = logger,
    };

    private static int PortOf(int port, string option) =>
        port is >= 0 and <= ushort.MaxValue ? port : throw new UsageException($"{option} is {port}; allowed is 0 to {ushort.MaxValue}.");

    private static TimeSpan? FlushOf(string text) => text switch
    {
        "none" => null,
        "always" => TimeSpan.Zero,
        _ when double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0.01 and <= 3600 => TimeSpan.FromSeconds(seconds),
        _ => throw new UsageException($"--flush is '{text}'; allowed is none, always, or 0.01 to 3600 seconds."),
    };

    private static List<(string Name, int Partitions)> TopicsOf(ParseResult parsed)
    {
        var topics = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var text in parsed.GetValue(Topics) ?? [])
        {
            if (text.Split(':') is not [{ Length: > 0 } name, var number] || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var partitions) || partitions is < 1 or > 10_000)
            {
                throw new UsageException($"--topics has '{text}'; allowed is NAME:N, with 1 to 10000 partitions.");
            }

            if (!topics.TryAdd(name, partitions) && topics[name] != partitions)
            {
                throw new UsageException($"--topics has '{name}' twice, with {topics[name]} and with {partitions} partitions.");
            }
        }

        return [.. topics.Select(topic => (topic.Key, topic.Value))];
    }
}
