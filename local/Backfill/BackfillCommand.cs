using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Local;

/// <summary><c>millrace backfill</c>: a stage works on records once more, or for the first time, beside its live self.</summary>
internal static partial class BackfillCommand
{
    private const int Complete = 0;
    private const int Incomplete = 1;
    private const int Unusable = 2;

    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    private static readonly Option<string> Stage = new("--stage") { Description = "The stage, an enrichment or a connector.", HelpName = "NAME", Required = true };

    private static readonly Option<string> From = new("--from") { Description = $"Where to begin: {BackfillBound.Allowed}.", HelpName = "TIME|OFFSET", Required = true };

    private static readonly Option<string?> To = new("--to") { Description = "Where to end; that record is not worked on any more. By default where the topics end when the backfill first begins.", HelpName = "TIME|OFFSET" };

    private static readonly Option<string[]> Topic = new("--topic") { Description = "Only this one of the stage's topics. May be repeated.", HelpName = "NAME" };

    private static readonly Option<string?> ToStream = new("--to-stream") { Description = "Write this stream instead of the stage's own; one of the catalog, with the same schema title.", HelpName = "STREAM" };

    private static readonly Option<string?> FromLake = new("--from-lake") { Description = "Read from the tables of this lake instead of Kafka; --from and --to are then times of the events. A directory, the URL of a container, or beside --lake-connection-string CONTAINER/FOLDER.", HelpName = "DIR|URL" };

    private static readonly Option<string?> LakeAccount = new("--lake-connection-string") { Description = "The connection string of the lake's storage account.", HelpName = "TEXT" };

    private static readonly Option<int> Parallel = new("--parallel") { Description = "How many partitions are worked on at a time.", HelpName = "N", DefaultValueFactory = _ => 4 };

    private static readonly Option<string?> Name = new("--name") { Description = "What tells this backfill from others of the stage. By default by --from, --to, --topic, --to-stream and --from-lake.", HelpName = "NAME" };

    private static readonly Option<string?> Kafka = new("--kafka") { Description = "The brokers; by default the setting KAFKA_BOOTSTRAP_SERVERS.", HelpName = "HOST:PORT" };

    private static readonly Option<string[]> Settings = new("--setting") { Description = "A setting of the function app, beside those of the environment, such as Millrace:Schemas:0=/schemas. May be repeated.", HelpName = "NAME=VALUE" };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the summary as JSON on standard output." };

    public static Command Create()
    {
        var command = new Command("backfill", """
            Run a bounded copy of a stage beside the live one: over the records between two times or offsets, with
            transactions and checkpoints of its own. What the live stage has committed is not touched. The copy's events
            have the ids that the live stage's have, so that repetitions can be told. After an interruption, or a kill, the
            same command goes on where it was, to the same end.

            Examples:
              millrace backfill --stage PageChange --from 2026-01-31T00:00:00Z --to 2026-02-01T00:00:00Z --kafka kafka:9092
              millrace backfill --stage PageChange --from earliest --to-stream mediawiki.page_change.v2 --parallel 8
              millrace backfill --stage PageChange --from-lake lake --from 2026-01-31T00:00:00Z --kafka kafka:9092
              millrace backfill --stage PageContentChange --from 0:1200,1:900 --name redo-outage --json

            Exit codes: 0 all is done; 1 it was interrupted, or could not go on; 2 an option, a setting or a topic cannot be
            used.
            """)
        {
            Stage, From, To, Topic, ToStream, FromLake, LakeAccount, Parallel, Name, Kafka, Settings, Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        try
        {
            using var backfill = new Backfill(Read(parsed));
            await Task.Run(() => backfill.PlanAsync(cancellation), cancellation);
            var json = parsed.GetValue(Json);
            var view = new BackfillView(json ? error : output, json ? !Console.IsErrorRedirected && error == Console.Error : !Console.IsOutputRedirected && output == Console.Out);
            return await RunAsync(backfill, view, json, output, error, cancellation);
        }
        catch (Exception wrong) when (wrong is CatalogException or UsageException or FailoverException or IOException or InvalidDataException or UnauthorizedAccessException or KafkaException)
        {
            await error.WriteLineAsync($"millrace: {wrong.Message}");
            return Unusable;
        }
    }

    private static async Task<int> RunAsync(Backfill backfill, BackfillView view, bool json, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        var work = backfill.RunAsync(cancellation);
        await view.ShowAsync(work, () => backfill.Summary);
        string? failure = null;
        try
        {
            await work;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The summary says how far it is.
        }
        catch (KafkaException cause)
        {
            failure = $"millrace: {cause.Error.Reason} ({cause.Error.Code})";
        }
        catch (Exception cause) when (cause is IOException or InvalidDataException)
        {
            failure = $"millrace: {cause.Message}";
        }

        var summary = backfill.Summary;
        await output.WriteLineAsync(json ? JsonSerializer.Serialize(summary, Format) : Text(summary));
        if (failure is not null)
        {
            await error.WriteLineAsync(failure);
        }

        return summary.Complete ? Complete : Incomplete;
    }

    private static string Text(BackfillSummary summary) => string.Create(CultureInfo.InvariantCulture, $"""
        {summary.Stage}: in {summary.In} = emitted {summary.Emitted} + filtered {summary.Filtered} + failed {summary.Failed}; {summary.EventsPerSecond:F0} events/s for {summary.Seconds:F1} s
        {summary.Done:N0} of {summary.Total:N0} offsets of {summary.Partitions.Count} partitions are done. {(summary.Complete ? "Complete." : "Not complete: the same command goes on from here.")}
        """);

    private static BackfillOptions Read(ParseResult parsed)
    {
        var (from, to) = (parsed.GetValue(From)!, parsed.GetValue(To));
        if (parsed.GetValue(FromLake) is null)
        {
            _ = BackfillBound.Parse(From.Name, from);
            _ = to is null ? null : BackfillBound.Parse(To.Name, to);
        }

        var kafka = parsed.GetValue(Kafka);
        var settings = (parsed.GetValue(Settings) ?? []).Select(text => text.IndexOf('=', StringComparison.Ordinal) > 0 ? text : throw new UsageException($"--setting is '{text}'; allowed is NAME=VALUE.")).ToList();
        if (kafka is null && Environment.GetEnvironmentVariable("KAFKA_BOOTSTRAP_SERVERS") is null && !settings.Exists(setting => setting.StartsWith("KAFKA_BOOTSTRAP_SERVERS=", StringComparison.OrdinalIgnoreCase)))
        {
            throw new UsageException("Give the brokers with --kafka HOST:PORT, or set KAFKA_BOOTSTRAP_SERVERS.");
        }

        return new BackfillOptions
        {
            Stage = parsed.GetValue(Stage)!,
            From = from,
            To = to,
            Topics = parsed.GetValue(Topic) ?? [],
            ToStream = parsed.GetValue(ToStream),
            FromLake = parsed.GetValue(FromLake),
            LakeConnectionString = parsed.GetValue(LakeAccount),
            Parallel = parsed.GetValue(Parallel) is var parallel and >= 1 and <= 256 ? parallel : throw new UsageException($"--parallel is {parsed.GetValue(Parallel)}; allowed is 1 to 256."),
            Name = parsed.GetValue(Name) is not { } name || AllowedName().IsMatch(name) ? parsed.GetValue(Name) : throw new UsageException($"--name is '{name}'; allowed are 1 to 64 of a-z A-Z 0-9 - _."),
            Kafka = kafka,
            Settings = settings,
        };
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{1,64}$")]
    private static partial Regex AllowedName();
}
