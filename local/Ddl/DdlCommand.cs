using System.CommandLine;
using System.CommandLine.Parsing;
using Millrace.Core;
using Millrace.Schemas;

namespace Millrace.Local;

/// <summary><c>millrace ddl</c>: the table for a stream, in the SQL of an engine.</summary>
internal static class DdlCommand
{
    private const int Written = 0;
    private const int Refused = 1;
    private const int Unusable = 2;

    private static readonly string Dialects = string.Join("|", SqlDialect.All.Select(dialect => dialect.Name));

    private static readonly Option<string?> Stream = new("--stream") { Description = "The stream, by its name in the catalog.", HelpName = "NAME" };

    private static readonly Option<bool> All = new("--all") { Description = "Instead of a stream: the newest version of every schema." };

    private static readonly Option<string?> Dialect = new("--dialect") { Description = "The SQL to write.", HelpName = Dialects };

    private static readonly Option<string[]> Schemas = new("--schemas")
    {
        Description = "Directories of schemas that are searched after the platform's own. Several with commas.",
        HelpName = "DIR[,DIR…]",
        CustomParser = List,
    };

    private static readonly Option<string?> Schema = new("--schema") { Description = "The schema of the events, unless the one that a stage writes, or else the newest.", HelpName = "/TITLE/VERSION" };

    private static readonly Option<string?> Diff = new("--diff") { Description = "Write what leads there from that version's table.", HelpName = "OLD_VERSION" };

    private static readonly Option<bool> Timestamps = new("--timestamps") { Description = "Spark and Hive: a date-time is a TIMESTAMP, not a STRING." };

    private static readonly Option<string?> Kafka = new("--kafka") { Description = "Flink: the brokers that the table reads from.", HelpName = "HOST:PORT[,…]" };

    private static readonly Option<bool> Json = new("--json") { Description = "Print statements and refusals as JSON." };

    public static Command Create()
    {
        var command = new Command("ddl", """
            Print the table for a stream: CREATE TABLE, or with --diff the ALTERs from an older version of its schema.

            Examples:
              millrace ddl --stream mediawiki.page_change.v1 --dialect flink --kafka kafka:9092
              millrace ddl --stream mediawiki.page_change.v1 --dialect duckdb --diff 1.2.0 --schemas schemas
              millrace ddl --all --dialect spark --schemas schemas > tables.sql

            Exit codes: 0 everything is printed; 1 a schema was refused, with path and reason; 2 an option, a stream or a
            schema cannot be used.
            """);
        foreach (var option in (Option[])[Stream, All, Dialect, Schemas, Schema, Diff, Timestamps, Kafka, Json])
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        var (output, errors) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        try
        {
            var options = Read(parsed);
            var results = DdlRun.Run(options);
            await DdlOutput.WriteAsync(results, options, output, errors);
            return results.All(result => result.Script is not null) ? Written : Refused;
        }
        catch (Exception wrong) when (wrong is UsageException or CatalogException or SchemaException or IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync($"millrace: {wrong.Message}");
            return Unusable;
        }
    }

    private static DdlOptions Read(ParseResult parsed)
    {
        var (stream, dialect, old) = (parsed.GetValue(Stream), parsed.GetValue(Dialect), parsed.GetValue(Diff));
        if (parsed.GetValue(All) == stream is not null)
        {
            throw new UsageException("One of --stream and --all is needed, and not both.");
        }

        if (stream is null && (old ?? parsed.GetValue(Schema)) is not null)
        {
            throw new UsageException("--schema and --diff are for one --stream; --all takes the newest version of every schema.");
        }

        if (parsed.GetValue(Timestamps) && dialect is not ("spark" or "hive"))
        {
            throw new UsageException($"--timestamps is for spark and hive; in {dialect ?? "other dialects"} a date-time is a timestamp anyhow.");
        }

        if (parsed.GetValue(Kafka) is not null && dialect != "flink")
        {
            throw new UsageException("--kafka is for flink; other tables read no topics.");
        }

        return new DdlOptions
        {
            Stream = stream,
            Dialect = SqlDialect.Find(dialect ?? "", parsed.GetValue(Timestamps)) ?? throw new UsageException($"--dialect is {(dialect is null ? "missing" : $"'{dialect}'")}; allowed is {Dialects}."),
            Schemas = parsed.GetValue(Schemas) ?? [],
            Schema = parsed.GetValue(Schema),
            From = old is null || SchemaDirectories.ParseVersion(old) is not null ? old : throw new UsageException($"--diff is '{old}'; allowed is a version such as 1.2.0."),
            Kafka = parsed.GetValue(Kafka),
            Json = parsed.GetValue(Json),
        };
    }

    private static string[] List(ArgumentResult argument) =>
        [.. argument.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
}
