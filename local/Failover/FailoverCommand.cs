using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Millrace.Core;
using Millrace.Hosting;
using Millrace.Kafka;
using Spectre.Console;

namespace Millrace.Local;

/// <summary><c>millrace failover</c>: another datacenter takes over.</summary>
internal static class FailoverCommand
{
    private const int Complete = 0;
    private const int Incomplete = 1;
    private const int Unusable = 2;

    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    private static readonly Option<string?> Stage = new("--stage") { Description = "The stage to move.", HelpName = "NAME" };

    private static readonly Option<bool> All = new("--all") { Description = "Move all stages that can be moved, upstream first." };

    private static readonly Option<string> To = new("--to") { Description = $"The datacenter that takes over; '{Failover.Everywhere}' lets active-active stages run in each again.", HelpName = "DATACENTER", Required = true };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Look, and say what would be done; change nothing." };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the steps as JSON on standard output, at the end." };

    private static readonly Option<string> Overlap = new("--overlap") { Description = "Between mirrored clusters, how long before the last settled event to begin. More is safer; what is repeated has the same meta.id.", HelpName = "HH:MM:SS", DefaultValueFactory = _ => "00:05:00" };

    private static readonly Option<string> Drain = new("--drain-time") { Description = "How long to wait until the old side has no replica; longer than terminationGracePeriodSeconds.", HelpName = "HH:MM:SS", DefaultValueFactory = _ => "00:03:00" };

    private static readonly Option<string> Verify = new("--verify-time") { Description = "How long to wait until the lag falls.", HelpName = "HH:MM:SS", DefaultValueFactory = _ => "00:03:00" };

    private static readonly Option<string?> Since = new("--since") { Description = "The time until which the old side had settled everything, where it cannot be asked and the mirror has not kept it.", HelpName = "TIME" };

    private static readonly Option<string?> Datacenters = new("--datacenters") { Description = "The file of datacenters; by default infra/datacenters.json below the current directory.", HelpName = "FILE" };

    private static readonly Option<string?> Kubeconfig = new("--kubeconfig") { Description = "The Kubernetes client's configuration; by default KUBECONFIG, or ~/.kube/config.", HelpName = "FILE" };

    private static readonly Option<string[]> KafkaSettings = new("--kafka-setting") { Description = "A setting of the Kafka client, such as security.protocol=sasl_ssl. May be repeated.", HelpName = "NAME=VALUE" };

    private static readonly Option<bool> Dev = new("--dev") { Description = "On a running 'millrace dev --datacenters' instead of Kubernetes." };

    private static readonly Option<string> Data = new("--data") { Description = "With --dev: the --data of that run.", HelpName = "DIR", DefaultValueFactory = _ => DevOptions.DefaultData };

    public static Command Create()
    {
        var command = new Command("failover", """
            Let another datacenter take over a stage: pause it where it runs, wait until it has drained or is fenced, carry
            its checkpoint over, resume it in the other, and look whether its lag falls. What is done already is left as it
            is: after an interruption, or when a datacenter answers again, run the same command again.

            Examples:
              millrace failover --stage PageContentChange --to codfw --dry-run
              millrace failover --all --to codfw
              millrace failover --all --to eqiad --overlap 00:15:00 --json
              millrace failover --dev --stage PageChange --to codfw        (with 'millrace dev --datacenters eqiad,codfw')

            Exit codes: 0 done; 1 something is left, which the last lines say; 2 it could not be begun, or not go on.
            """);
        foreach (var option in (Option[])[Stage, All, To, DryRun, Overlap, Drain, Verify, Since, Json, Datacenters, Kubeconfig, KafkaSettings, Dev, Data])
        {
            command.Options.Add(option);
        }

        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        var writer = parsed.GetValue(Json) ? error : output;
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        var log = new FailoverLog(TimeProvider.System, step => Show(writer, console, step));
        string? refusal = null;
        try
        {
            await RunAsync(parsed, log, cancellation);
        }
        catch (Exception wrong) when (wrong is FailoverException or UsageException or CatalogException or IOException or UnauthorizedAccessException)
        {
            refusal = wrong.Message;
            await error.WriteLineAsync($"millrace: {wrong.Message}");
        }

        var exitCode = refusal is not null ? Unusable : log.Left.Count > 0 ? Incomplete : Complete;
        if (parsed.GetValue(Json))
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(new { Complete = exitCode == Complete, DryRun = parsed.GetValue(DryRun), Refusal = refusal, log.Left, log.Steps }, Format));
        }
        else if (refusal is null)
        {
            await writer.WriteLineAsync(log.Left.Count > 0 ? $"Left to do: {string.Join("; ", log.Left)}" : parsed.GetValue(DryRun) ? "Nothing was changed." : "Done.");
        }

        return exitCode;
    }

    private static async Task RunAsync(ParseResult parsed, FailoverLog log, CancellationToken cancellation)
    {
        var (stage, to) = (parsed.GetValue(Stage), parsed.GetValue(To)!);
        if (stage is null == !parsed.GetValue(All))
        {
            throw new UsageException("Give either --stage NAME, or --all.");
        }

        var options = Read(parsed);
        var dev = parsed.GetValue(Dev) ? DevControlFile.Read(parsed.GetValue(Data)!) : null;
        var catalog = CatalogFiles.Load(dev?.Catalog ?? AppContext.BaseDirectory);
        var definitions = dev is not null ? await DevDatacenter.ListAsync(dev, cancellation) : ReadDatacenters(parsed.GetValue(Datacenters));
        if (to != Failover.Everywhere && definitions.All(definition => definition.Name != to))
        {
            throw new UsageException($"--to is '{to}'; allowed is {string.Join(", ", definitions.Select(definition => definition.Name))}, or {Failover.Everywhere}.");
        }

        var datacenters = new List<IDatacenter>();
        try
        {
            foreach (var definition in definitions)
            {
                datacenters.Add(dev is not null ? new DevDatacenter(definition, dev) : KubernetesDatacenter.Open(definition, parsed.GetValue(Kubeconfig)));
            }

            await new Failover(catalog, datacenters, options, log, TimeProvider.System).RunAsync(stage, to, cancellation);
        }
        finally
        {
            datacenters.ForEach(datacenter => datacenter.Dispose());
        }
    }

    private static FailoverOptions Read(ParseResult parsed)
    {
        var settings = (parsed.GetValue(KafkaSettings) ?? []).Select(text => text.Split('=', 2) is [{ Length: > 0 } name, var value]
            ? KeyValuePair.Create(name, value)
            : throw new UsageException($"--kafka-setting is '{text}'; allowed is NAME=VALUE.")).ToList();
        Require(settings);
        return new FailoverOptions
        {
            DryRun = parsed.GetValue(DryRun),
            Overlap = Time(Overlap, parsed),
            DrainTime = Time(Drain, parsed),
            VerifyTime = Time(Verify, parsed),
            Since = parsed.GetValue(Since) is not { } since ? null
                : DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at
                : throw new UsageException($"--since is '{since}'; allowed is a time such as 2026-01-31T12:00:00Z."),
            Kafka = datacenter =>
            {
                var kafka = new KafkaOptions { BootstrapServers = datacenter.BootstrapServers };
                settings.ForEach(setting => kafka.Client[setting.Key] = setting.Value);
                return kafka;
            },
        };
    }

    // The library knows its settings, and says so when a client is made.
    private static void Require(List<KeyValuePair<string, string>> settings)
    {
        try
        {
            new Confluent.Kafka.AdminClientBuilder(settings).SetLogHandler((_, _) => { }).Build().Dispose();
        }
        catch (Exception cause) when (cause is InvalidOperationException or ArgumentException)
        {
            throw new UsageException($"--kafka-setting cannot be used: {cause.Message}");
        }
    }

    private static TimeSpan Time(Option<string> option, ParseResult parsed) =>
        parsed.GetValue(option) is { } text && text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) && time >= TimeSpan.Zero && time <= TimeSpan.FromDays(1)
            ? time : throw new UsageException($"{option.Name} is '{parsed.GetValue(option)}'; allowed is 00:00:00 to 1.00:00:00.");

    /// <summary>Reads the file of datacenters; null is the one that the repository has.</summary>
    /// <exception cref="UsageException">It is no file.</exception>
    public static IReadOnlyList<DatacenterDefinition> ReadDatacenters(string? file)
    {
        var path = file ?? Path.Combine("infra", "datacenters.json");
        return File.Exists(path) ? DatacenterCatalog.Parse(File.ReadAllBytes(path), path).Datacenters
            : throw new UsageException($"'{path}' is no file; --datacenters names the file of datacenters.");
    }

    private static void Show(TextWriter writer, IAnsiConsole console, FailoverStep step)
    {
        var (at, took) = (step.At.ToString("HH:mm:ss'Z'", CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"{step.Took.TotalSeconds,5:F1} s"));
        if (console.Profile.Capabilities.Ansi)
        {
            console.MarkupLineInterpolated($"[grey]{at} {took}[/]  [bold]{step.Stage}[/] [aqua]{step.Datacenter}[/]  {step.What}");
        }
        else
        {
            writer.WriteLine($"{at} {took}  {step.Stage} {step.Datacenter}  {step.What}");
        }
    }
}
