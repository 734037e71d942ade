using System.CommandLine;
using System.Net;

namespace Millrace.Local;

/// <summary><c>millrace console</c>: what there is to see of a cluster, in a browser.</summary>
internal static class ConsoleCommand
{
    private const string TokenVariable = "MILLRACE_CONSOLE_TOKEN";

    private static readonly Option<string> Listen = new("--listen") { Description = "The address to listen at. One that other machines reach needs a token.", HelpName = "ADDRESS", DefaultValueFactory = _ => "127.0.0.1" };

    private static readonly Option<int?> Port = new("--port") { Description = $"The port; 0 takes any. Without it, {DevHttp.UsualPort} or any free one.", HelpName = "PORT" };

    private static readonly Option<string?> TokenFile = new("--token-file") { Description = $"A file with the token that whoever looks has to know, of {ConsoleOptions.ShortestToken} characters or more; - is a line of standard input. Without it: the variable {TokenVariable}.", HelpName = "FILE" };

    private static readonly Option<bool> AllowChanges = new("--allow-changes") { Description = "Let the pages send events and replay those that failed. Without it they only read." };

    private static readonly Option<string[]> Metrics = new("--metrics") { Description = "Addresses of /metrics, which latencies and the state of lookups are read from: of each process that runs stages. Several with commas.", HelpName = "URL[,URL…]", CustomParser = SchemaCommand.List };

    public static Command Create() => OperationsVerb.Create("console", $"""
        Serve pages that show a cluster: the graph of streams and stages with rates, lag and errors; each stage's partitions,
        checkpoints and settings; each stream's events as they come, its schemas and tables; what failed, and why.
        The millrace dev that runs here serves the same.

        It answers this machine only. Elsewhere (--listen) a token is required: {ConsoleOptions.ShortestToken} characters or more, from a file or the
        variable {TokenVariable}. It speaks no TLS: put what does in front of it. With --json the address is printed
        as JSON.

        Examples:
          millrace console                                  (the millrace dev that runs here)
          millrace console --kafka kafka-1:9092 --metrics http://page-change:8080/metrics
          millrace console --kafka kafka-1:9092 --listen 0.0.0.0 --port 8080 --token-file token.txt --allow-changes

        Exit codes: 0 it was stopped; 2 an option cannot be used, or nothing runs here and no brokers are named.
        """, RunAsync, Listen, Port, TokenFile, AllowChanges, Metrics);

    private static async Task<int> RunAsync(ParseResult parsed, Platform platform, CancellationToken cancellation)
    {
        var (options, listen) = (Read(parsed), EndPoint(parsed));
        if (options.Token is null && !IPAddress.IsLoopback(listen.Address))
        {
            throw new UsageException($"{Listen.Name} is '{listen.Address}', which other machines reach: a token is required, by {TokenFile.Name} or {TokenVariable}.");
        }

        using (new ClusterReader(platform.Kafka))
        {
            // Settings that the client library does not take are told now, and not on every page.
        }

        using var loggers = ConsoleLog.Create();
        await using var server = await ConsoleServer.StartAsync(platform, options, listen, loggers, cancellation);
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(OperationsVerb.Json))
        {
            Report.JsonLine(output, new { server.Address, Brokers = platform.Kafka.BootstrapServers, AllowChanges = options.AllowChanges, Token = options.Token is not null });
        }
        else
        {
            output.WriteLine($"The console of Kafka at {platform.Kafka.BootstrapServers} is at {server.Address}{(options.AllowChanges ? "" : "; it only reads (--allow-changes)")}. Ctrl+C ends it.");
        }

        await output.FlushAsync(cancellation);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
        return OperationsVerb.Good;
    }

    private static ConsoleOptions Read(ParseResult parsed) => new()
    {
        AllowChanges = parsed.GetValue(AllowChanges),
        Token = Token(parsed),
        Metrics = [.. (parsed.GetValue(Metrics) ?? []).Select(text => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address
            : throw new UsageException($"{Metrics.Name} has '{text}'; allowed are http and https addresses."))],
    };

    private static string? Token(ParseResult parsed)
    {
        var (token, source) = parsed.GetValue(TokenFile) is { } file ? (SecretFile.Read(TokenFile.Name, file), TokenFile.Name)
            : (Environment.GetEnvironmentVariable(TokenVariable) is { Length: > 0 } set ? set : null, TokenVariable);
        return token is null or { Length: >= ConsoleOptions.ShortestToken } ? token
            : throw new UsageException($"The token of {source} has {token.Length} characters; allowed are {ConsoleOptions.ShortestToken} or more.");
    }

    private static IPEndPoint EndPoint(ParseResult parsed)
    {
        var (listen, port) = (parsed.GetValue(Listen)!, parsed.GetValue(Port));
        return !IPAddress.TryParse(listen == "localhost" ? "127.0.0.1" : listen.Trim('[', ']'), out var address) ? throw new UsageException($"{Listen.Name} is '{listen}'; allowed is an IP address, such as 127.0.0.1 or 0.0.0.0.")
            : port is < 0 or > ushort.MaxValue ? throw new UsageException($"{Port.Name} is {port}; allowed is 0 to {ushort.MaxValue}.")
            : new IPEndPoint(address, port ?? DevHttp.FreePort());
    }
}
