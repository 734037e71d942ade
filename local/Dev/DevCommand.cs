using System.CommandLine;
using System.CommandLine.Parsing;
using Millrace.Broker.Storage;
using Millrace.Core;
using Millrace.FunctionsHost;

namespace Millrace.Local;

/// <summary><c>millrace dev</c>: everything on this machine, with one command.</summary>
internal static class DevCommand
{
    private const int Balanced = 0;
    private const int Unbalanced = 1;
    private const int Unusable = 2;

    private static readonly Option<string[]> Input = new("--input")
    {
        Description = "Files of events, one JSON object per line; each goes to the stream that its meta.stream names. Several with commas.",
        HelpName = "FILE[,FILE…]",
        CustomParser = List,
    };

    private static readonly Option<string?> Live = new("--live") { Description = "Feed from a server-sent-events stream, such as Wikimedia's public one.", HelpName = "URL" };

    private static readonly Option<double> Rate = new("--rate") { Description = "Sample events per second, where neither --input nor --live is given.", HelpName = "N", DefaultValueFactory = _ => 20 };

    private static readonly Option<bool> UntilDrained = new("--until-drained") { Description = "Stop when every stage has caught up. The sample then ends after 200 events." };

    private static readonly Option<double?> Timeout = new("--timeout") { Description = "End after so many seconds; with --until-drained, stages that have not caught up by then are exit code 1.", HelpName = "SECONDS" };

    private static readonly Option<string?> Output = new("--output") { Description = "Write what this run adds to every output and error stream as DIR/<stream>.ndjson, and where each line came from as DIR/positions/<stream>.ndjson.", HelpName = "DIR" };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the summary as JSON on standard output." };

    private static readonly Option<string?> Kafka = new("--kafka") { Description = "Use a real broker instead of the embedded one.", HelpName = "HOST:PORT" };

    private static readonly Option<string?> Data = new("--data") { Description = $"Where the embedded broker keeps records, offsets and transactions, over restarts. By default {DevOptions.DefaultData} below the current directory.", HelpName = "DIR" };

    private static readonly Option<bool> Fresh = new("--fresh") { Description = "Begin with nothing: delete what --data holds." };

    private static readonly Option<int> Partitions = new("--partitions") { Description = "Partitions of the topics that are created.", HelpName = "N", DefaultValueFactory = _ => 4 };

    private static readonly Option<string?> WikiApi = new("--wiki-api") { Description = "Use real wikis instead of the embedded content API.", HelpName = "https://{domain}/w/api.php" };

    private static readonly Option<bool> Predict = new("--predict") { Description = "Run PagePrediction, too, and a small server that stands in for its model." };

    private static readonly Option<double> ApiLatency = new("--api-latency") { Description = "How long the embedded APIs take, in milliseconds.", HelpName = "MS", DefaultValueFactory = _ => 50 };

    private static readonly Option<string[]> ApiFaults = new("--api-faults")
    {
        Description = $"Let the embedded content API misbehave: {ApiFault.Allowed}. Several with commas.",
        HelpName = "KIND=SHARE[,…]",
        CustomParser = List,
    };

    private static readonly Option<string[]> Schemas = new("--schemas") { Description = "Schema repositories (directories, or http(s) addresses) to ask after the platform's own. Several with commas.", HelpName = "DIR[,DIR…]", CustomParser = List };

    private static readonly Option<string[]> Settings = new("--setting") { Description = "A setting of the function app, such as Stages:PageContentChange:Options:Concurrency=8. May be repeated.", HelpName = "NAME=VALUE" };

    private static readonly Option<int?> Port = new("--port") { Description = $"Serve the console, and the intake, POST /v1/events, at this port of the loopback interface; 0 takes any. With --datacenters, each further one's console is at the port behind. Without it, {DevHttp.UsualPort} or any free one, unless --until-drained is given.", HelpName = "PORT" };

    private static readonly Option<bool> AllowChanges = new("--allow-changes") { Description = "Let the console's pages send events and replay those that failed. Without it they only read." };

    private static readonly Option<string[]> Datacenters = new("--datacenters") { Description = "Run several datacenters side by side, each with a broker, topics and stages of its own, and mirrors between; 'millrace failover --dev' moves stages.", HelpName = "NAME,NAME…", CustomParser = List };

    private static readonly Option<bool> SharedCluster = new("--shared-cluster") { Description = "With --datacenters: one broker for all of them." };

    private static readonly Option<string[]> Connect = new("--connect") { Description = "Run the connectors to a store, too: postgres or lake, started and kept beside --data, or STORE=WHERE with a connection string or path of your own. May be repeated.", HelpName = "STORE[=WHERE]" };

    private static readonly Option[] All = [Port, AllowChanges, Connect, Datacenters, SharedCluster, Input, Live, Rate, UntilDrained, Timeout, Output, Json, Kafka, Data, Fresh, Partitions, WikiApi, Predict, ApiLatency, ApiFaults, Schemas, Settings, .. ScaleRequest.Options];

    public static Command Create()
    {
        var command = new Command("dev", """
            Run every stage on this machine: an embedded broker, a content API that stands in for the wikis, the functions
            host, and a feed. Shows what every stage does until Ctrl+C, here and on the pages of a console at the address
            that it prints. The next run goes on where this one stopped, or was killed.

            Examples:
              millrace dev
              millrace dev --input edits.ndjson --until-drained --output out --json
              millrace dev --fresh --partitions 8
              millrace dev --api-faults ServerError=0.05,NotFound:2=0.1
              millrace dev --connect postgres --connect lake --until-drained
              millrace dev --predict
              millrace dev --datacenters eqiad,codfw
              millrace dev --scale --burst 20000 --fresh --partitions 8 --scale-set lagThreshold=500 --until-drained
              millrace dev --live https://stream.wikimedia.org/v2/stream/mediawiki.revision-create

            Exit codes: 0 all is accounted for (for every stage in = emitted + filtered + failed); 1 it is not, or
            --timeout passed; 2 an option, a file or a setting cannot be used.
            """);
        AddTo(command);
        return command;
    }

    public static void AddTo(Command command)
    {
        foreach (var option in All)
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellation) => RunAsync(parsed, cancellation));
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        try
        {
            var options = Read(parsed);
            return await (options.Datacenters.Count > 0 ? DatacentersSession.RunAsync(options, cancellation) : DevSession.RunAsync(options, cancellation)) ? Balanced : Unbalanced;
        }
        catch (Exception wrong) when (wrong is CatalogException or FunctionsHostException or FeedException or UsageException or StorageException or IOException or UnauthorizedAccessException or Confluent.Kafka.KafkaException or Npgsql.NpgsqlException)
        {
            await Console.Error.WriteLineAsync($"millrace: {wrong.Message}");
            return Unusable;
        }
    }

    private static DevOptions Read(ParseResult parsed) => new()
    {
        Input = parsed.GetValue(Input) ?? [],
        Datacenters = parsed.GetValue(Datacenters) switch
        {
            null or [] when parsed.GetValue(SharedCluster) => throw new UsageException("--shared-cluster is for several datacenters; --datacenters names them."),
            null => [],
            { Length: 1 } or { Length: > 4 } => throw new UsageException($"--datacenters is '{string.Join(',', parsed.GetValue(Datacenters)!)}'; allowed are two to four names."),
            var names when names.Distinct().Count() < names.Length => throw new UsageException($"--datacenters is '{string.Join(',', names)}'; a name stands there once."),
            var names => names,
        },
        SharedCluster = parsed.GetValue(SharedCluster),
        Live = parsed.GetValue(Live) is not { } live ? null
            : Uri.TryCreate(live, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address
            : throw new UsageException($"--live is '{live}'; allowed is an http or https address."),
        Rate = parsed.GetValue(Rate) is var rate and > 0 and <= 100_000 ? rate : throw new UsageException($"--rate is {parsed.GetValue(Rate)}; allowed is more than 0, at most 100000."),
        UntilDrained = parsed.GetValue(UntilDrained),
        Timeout = parsed.GetValue(Timeout) switch
        {
            null => null,
            > 0 and <= 86_400 and var seconds => TimeSpan.FromSeconds(seconds),
            var seconds => throw new UsageException($"--timeout is {seconds}; allowed is more than 0, at most 86400 seconds."),
        },
        Output = parsed.GetValue(Output),
        Json = parsed.GetValue(Json),
        Kafka = parsed.GetValue(Kafka) is { } kafka && (parsed.GetValue(Data) is not null || parsed.GetValue(Fresh))
            ? throw new UsageException($"--kafka is '{kafka}', a broker that has its data already: --data and --fresh are for the embedded one.")
            : parsed.GetValue(Kafka),
        Data = parsed.GetValue(Data) is not "" and var data ? data ?? DevOptions.DefaultData : throw new UsageException("--data is empty; allowed is a directory."),
        Fresh = parsed.GetValue(Fresh),
        Partitions = parsed.GetValue(Partitions) is var partitions and >= 1 and <= 256 ? partitions : throw new UsageException($"--partitions is {parsed.GetValue(Partitions)}; allowed is 1 to 256."),
        WikiApi = parsed.GetValue(WikiApi),
        Predict = parsed.GetValue(Predict) && parsed.GetValue(Datacenters) is { Length: > 0 }
            ? throw new UsageException("--predict is set: with --datacenters, PagePrediction does not run.")
            : parsed.GetValue(Predict),
        ApiLatency = parsed.GetValue(ApiLatency) is var milliseconds and >= 0 and <= 60_000 ? TimeSpan.FromMilliseconds(milliseconds) : throw new UsageException($"--api-latency is {parsed.GetValue(ApiLatency)}; allowed is 0 to 60000 milliseconds."),
        ApiFaults = [.. (parsed.GetValue(ApiFaults) ?? []).Select(text => ApiFault.TryParse(text, out var fault) ? fault! : throw new UsageException($"--api-faults has '{text}'; allowed is {ApiFault.Allowed}."))],
        Port = parsed.GetValue(Port) is null or (>= 0 and <= ushort.MaxValue) ? parsed.GetValue(Port) : throw new UsageException($"--port is {parsed.GetValue(Port)}; allowed is 0 to {ushort.MaxValue}."),
        AllowChanges = parsed.GetValue(AllowChanges),
        Schemas = parsed.GetValue(Schemas) ?? [],
        Settings = [.. (parsed.GetValue(Settings) ?? []).Select(text => text.IndexOf('=', StringComparison.Ordinal) > 0 ? text : throw new UsageException($"--setting is '{text}'; allowed is NAME=VALUE."))],
        Connect = (parsed.GetValue(Connect) ?? []) is { Length: > 0 } stores && parsed.GetValue(Datacenters) is { Length: > 0 }
            ? throw new UsageException($"--connect is '{stores[0]}': with --datacenters, connectors do not run.")
            : [.. (parsed.GetValue(Connect) ?? []).Select(DevConnection.Parse)],
        Scale = ScaleRequest.Read(parsed),
    };

    private static string[] List(ArgumentResult argument) =>
        [.. argument.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
}
