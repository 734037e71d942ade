using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Millrace.Core;
using Millrace.Hosting;
using Millrace.Kafka;

namespace Millrace.Local;

/// <summary><c>millrace doctor</c>: whether everything that stages need is there, and as they need it.</summary>
internal static class DoctorCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly Option<string?> Kafka = new("--kafka") { Description = "The brokers, host:port; several with commas. Without: the broker of the millrace dev that runs here, or else KAFKA_BOOTSTRAP_SERVERS.", HelpName = "HOST:PORT" };

    private static readonly Option<string> Data = new("--data") { Description = "The directory of that millrace dev.", HelpName = "DIR", DefaultValueFactory = _ => DevOptions.DefaultData };

    private static readonly Option<string[]> Settings = new("--setting") { Description = "A setting of the function app, such as Kafka:Client:security.protocol=ssl, over those of the environment. May be repeated.", HelpName = "NAME=VALUE" };

    private static readonly Option<string[]> Schemas = new("--schemas") { Description = "Schema repositories (directories, or http(s) addresses) to look into, instead of the app's own. Several with commas.", HelpName = "DIR[,DIR…]", CustomParser = SchemaCommand.List };

    private static readonly Option<string[]> Only = new("--only") { Description = "Only these checks. Several with commas.", HelpName = "CHECK[,CHECK…]", CustomParser = SchemaCommand.List };

    private static readonly Option<bool> Json = new("--json") { Description = "Print everything as JSON on standard output." };

    public static Command Create()
    {
        var command = new Command("doctor", $"""
            Look whether everything that stages need is there, and as they need it. Each finding says what to do about it.
            Nothing is changed, and nothing is written to a topic of streams.

            Checks:
            {string.Join('\n', DoctorRun.Checks.Select(check => $"  {check.Name,-16}{check.LooksAt}"))}

            Examples:
              millrace doctor
              millrace doctor --kafka kafka-1:9093 --setting Kafka:Client:security.protocol=ssl --setting Kafka:Client:ssl.ca.location=ca.pem
              millrace doctor --only topics,partitions,retention --json

            Exit codes: 0 all is well, but for notes; 1 there are warnings or errors; 2 an option cannot be used, or there is no
            broker to look at.
            """)
        {
            Kafka, Data, Settings, Schemas, Only, Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        try
        {
            var checks = Choose(parsed.GetValue(Only) ?? []);
            using var subject = await OpenAsync(parsed);
            var results = await DoctorRun.RunAsync(checks, subject, cancellation);
            var write = parsed.GetValue(Json) ? (Action<TextWriter, string, IReadOnlyList<DoctorResult>>)DoctorReport.WriteJson : DoctorReport.Write;
            write(parsed.InvocationConfiguration.Output, subject.Kafka.BootstrapServers!, results);
            return results.All(DoctorReport.IsHealthy) ? SchemaCommand.Good : SchemaCommand.Bad;
        }
        catch (Exception wrong) when (wrong is UsageException or CatalogException or IOException or UnauthorizedAccessException or InvalidOperationException or ArgumentException)
        {
            // The client library refuses settings as an argument, or as an operation.
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"millrace: {wrong.Message}");
            return SchemaCommand.Unusable;
        }
    }

    private static List<IDoctorCheck> Choose(string[] names) => names.FirstOrDefault(name => !DoctorRun.Checks.Any(check => check.Name == name)) is { } unknown
        ? throw new UsageException($"--only has '{unknown}'; allowed are {string.Join(", ", DoctorRun.Checks.Select(check => check.Name))}.")
        : [.. DoctorRun.Checks.Where(check => names.Length == 0 || names.Contains(check.Name))];

    private static async Task<DoctorSubject> OpenAsync(ParseResult parsed)
    {
        var data = parsed.GetValue(Data)!;
        var settings = new ConfigurationBuilder().AddEnvironmentVariables().AddInMemoryCollection((parsed.GetValue(Settings) ?? []).Select(Setting)).Build();
        var dev = parsed.GetValue(Kafka) is null ? DevAddress.Find(data) : null;
        var kafka = new KafkaOptions
        {
            BootstrapServers = parsed.GetValue(Kafka) ?? dev ?? settings["KAFKA_BOOTSTRAP_SERVERS"]
                ?? throw new UsageException($"No millrace dev runs on {data}, and KAFKA_BOOTSTRAP_SERVERS is not set: start one, or name the brokers by --kafka HOST:PORT."),
        };
        Fill(kafka.Client, settings.GetSection("Kafka:Client"));
        Fill(kafka.Producer, settings.GetSection("Kafka:Producer"));
        var catalog = CatalogFiles.Load(settings["Millrace:Catalog"] ?? (dev is null ? null : DevAddress.FindCatalog(data)) ?? AppContext.BaseDirectory);
        return new DoctorSubject(catalog, kafka, settings, await Cluster.OpenAsync(kafka, Patience), TimeProvider.System)
        {
            Schemas = parsed.GetValue(Schemas) ?? [],
            Data = Path.GetDirectoryName(Path.GetFullPath(data)) ?? data,
        };
    }

    private static KeyValuePair<string, string?> Setting(string text) => text.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals
        ? new(text[..equals], text[(equals + 1)..])
        : throw new UsageException($"--setting is '{text}'; allowed is NAME=VALUE.");

    private static void Fill(Dictionary<string, string> client, IConfigurationSection section)
    {
        foreach (var (name, value) in section.AsEnumerable(makePathsRelative: true).Where(setting => setting.Value is not null))
        {
            client[name] = value!;
        }
    }
}
