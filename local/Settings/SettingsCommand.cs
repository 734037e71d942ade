using System.CommandLine;
using System.Text.Json;
using Millrace.Core;
using Millrace.Hosting;
using Spectre.Console;

namespace Millrace.Local;

/// <summary><c>millrace settings</c>: what the real Functions host needs to run the app on this machine.</summary>
internal static class SettingsCommand
{
    private const int Written = 0;
    private const int Exists = 1;
    private const int Unusable = 2;

    private static readonly string DefaultOutput = Path.Combine("functions", "local.settings.json");

    private static readonly Option<string> Kafka = new("--kafka") { Description = "The brokers, host:port; several with commas.", HelpName = "HOST:PORT", DefaultValueFactory = _ => "localhost:9092" };

    private static readonly Option<string?> Datacenter = new("--datacenter") { Description = "The datacenter to run as, where streams have a topic in each.", HelpName = "NAME" };

    private static readonly Option<string> Output = new("--output") { Description = "The file to write.", HelpName = "FILE", DefaultValueFactory = _ => DefaultOutput };

    private static readonly Option<bool> Force = new("--force") { Description = "Write over a file that is there." };

    private static readonly Option<bool> Json = new("--json") { Description = "Say what was written as JSON on standard output." };

    /// <summary>The command.</summary>
    /// <param name="directory">Where the catalog is; null is beside the command.</param>
    public static Command Create(string? directory = null)
    {
        var command = new Command("settings", $"""
            Write local.settings.json for the real Functions host (func start): the brokers, and the topics of every trigger,
            derived from the catalog. Secrets are read from files, written to the file, which its owner
            alone may read, and never shown. The file is in .gitignore.

            Examples:
              millrace settings
              millrace settings --kafka kafka-1:9093,kafka-2:9093 --security-protocol ssl --ssl-ca ca.pem --force
              millrace settings --security-protocol sasl_ssl --sasl-mechanism SCRAM-SHA-512 --username me --password-file -
              millrace settings --store-secret ToPostgres:ConnectionString=postgres.txt --force
              millrace settings --datacenter codfw --output codfw.settings.json

            Exit codes: 0 it is written; 1 there is such a file, and --force was not given; 2 an option cannot be used.
            """);
        foreach (var option in (Option[])[Kafka, Datacenter, StoreSecrets.Option, Output, Force, Json, .. KafkaSecurity.Options])
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, _) => RunAsync(parsed, directory ?? AppContext.BaseDirectory));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, string directory)
    {
        var output = parsed.GetValue(Output)!;
        try
        {
            var catalog = CatalogFiles.Load(directory);
            var secrets = StoreSecrets.Read(parsed.GetValue(StoreSecrets.Option) ?? [], catalog);
            var values = LocalSettingsFile.Values(catalog, Brokers(parsed.GetValue(Kafka)!), DatacenterOf(parsed.GetValue(Datacenter)), KafkaSecurity.Read(parsed), secrets);
            if (File.Exists(output) && !parsed.GetValue(Force))
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"millrace: {output} is there already, and is left as it is; --force writes over it.");
                return Exists;
            }

            LocalSettingsFile.Write(output, LocalSettingsFile.Text(values));
            await TellAsync(parsed.InvocationConfiguration.Output, output, [.. values.Select(value => KeyValuePair.Create(value.Key, LocalSettingsFile.Shown(catalog, value)))], parsed.GetValue(Json));
            foreach (var missing in StoreSecrets.Missing(catalog, [.. secrets.Select(secret => secret.Key)]))
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"millrace: what opens a store is not in the file: {LocalSettingsFile.Spelling(missing)}. Where the catalog does not say enough, give {StoreSecrets.Option.Name}, or set it in the environment.");
            }

            return Written;
        }
        catch (Exception wrong) when (wrong is UsageException or CatalogException or IOException or UnauthorizedAccessException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"millrace: {wrong.Message}");
            return Unusable;
        }
    }

    private static async Task TellAsync(TextWriter console, string output, List<KeyValuePair<string, string>> values, bool json)
    {
        if (json)
        {
            await console.WriteLineAsync(JsonSerializer.Serialize(new { file = Path.GetFullPath(output), values = values.ToDictionary() }));
            return;
        }

        var table = new Table().Border(TableBorder.Rounded).AddColumns("setting", "value");
        foreach (var value in values)
        {
            table.AddRow(Markup.Escape(value.Key), Markup.Escape(value.Value));
        }

        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(console) }).Write(table);
        await console.WriteLineAsync($"Written to {output}.");
    }

    private static string Brokers(string brokers) => brokers.Split(',').All(broker =>
        broker.LastIndexOf(':') is > 0 and var colon && int.TryParse(broker.AsSpan(colon + 1), out var port) && port is > 0 and <= ushort.MaxValue)
        ? brokers
        : throw new UsageException($"{Kafka.Name} is '{brokers}'; allowed is HOST:PORT, several with commas.");

    private static string? DatacenterOf(string? name)
    {
        const string File = "infra/datacenters.json";
        if (name is null)
        {
            return null;
        }

        // The catalog of datacenters is not part of the app; where there is none, the name is taken as it is.
        return System.IO.File.Exists(File) ? DatacenterCatalog.Parse(System.IO.File.ReadAllBytes(File), File).Get(name).Name : name;
    }
}
