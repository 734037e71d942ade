using System.CommandLine;
using Millrace.Connectors;
using Millrace.Core;

namespace Millrace.Local;

/// <summary><c>millrace lake</c>: shows the tables of a lake, and keeps them in order.</summary>
internal static class LakeCommand
{
    private const int Done = 0;
    private const int Incomplete = 1;
    private const int Unusable = 2;

    private static readonly Option<string> Place = new("--path") { Description = "The lake: a directory, the URL of a container, or beside --connection-string CONTAINER/FOLDER.", HelpName = "DIR|URL", Required = true };

    private static readonly Option<string?> Account = new("--connection-string") { Description = "The connection string of a storage account.", HelpName = "TEXT" };

    private static readonly Option<string[]> Table = new("--table") { Description = "A table; may be repeated. By default all.", HelpName = "NAME" };

    private static readonly Option<int> Target = new("--target-mb") { Description = "What a file may have at most after compaction. Files of more than half of it stay.", HelpName = "MB", DefaultValueFactory = _ => 128 };

    private static readonly Option<double> Retention = new("--retention") { Description = "How long a file stays after it was written or left the table; 1 to 720.", HelpName = "HOURS", DefaultValueFactory = _ => 168 };

    private static readonly Option<double> LogRetention = new("--log-retention") { Description = "How long a commit stays below a checkpoint; until then the table can be read as it was. At least 1.", HelpName = "HOURS", DefaultValueFactory = _ => 720 };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Delete nothing, and print what would be." };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the result as JSON." };

    public static Command Create()
    {
        var command = new Command("lake", """
            Show the tables of a lake, or keep them in order beside their writers.

            Examples:
              millrace lake show --path lake
              millrace lake compact --path lake --table mediawiki_page_change_v1
              millrace lake vacuum --path https://ACCOUNT.blob.core.windows.net/lake --retention 24 --dry-run
            """);
        command.Subcommands.Add(Verb("show", """
            Print each table: version, schema, files, rows, hours, and the checkpoints of the partitions that fill it.

            Example:
              millrace lake show --path lake --json

            Exit codes: 0 it is printed; 2 an option or the lake cannot be used.
            """, ShowAsync));
        command.Subcommands.Add(Verb("compact", """
            Rewrite the small files of each hour into one. Replaced files stay until vacuum deletes them.

            Example:
              millrace lake compact --path lake --target-mb 256

            Exit codes: 0 all is compact; 1 some files changed meanwhile and were left, run it again; 2 an option or the
            lake cannot be used.
            """, CompactAsync, Target));
        command.Subcommands.Add(Verb("vacuum", """
            Delete the files that no table is made of any more, or that no commit ever named, and commits that a checkpoint
            has replaced.

            Example:
              millrace lake vacuum --path lake --retention 24 --dry-run

            Exit codes: 0 they are deleted; 2 an option or the lake cannot be used.
            """, VacuumAsync, Retention, LogRetention, DryRun));
        return command;
    }

    private static Command Verb(string name, string description, Func<ParseResult, ILakeFiles, IReadOnlyList<string>, CancellationToken, Task<int>> run, params Option[] options)
    {
        var command = new Command(name, description);
        foreach (var option in (Option[])[Place, Account, Table, .. options, Json])
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                var files = LakePlace.Open(parsed.GetValue(Place)!, parsed.GetValue(Account));
                return await run(parsed, files, await TablesAsync(parsed, files, cancellation), cancellation);
            }
            catch (Exception wrong) when (wrong is UsageException or CatalogException or IOException or InvalidDataException or UnauthorizedAccessException)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"millrace: {wrong.Message}");
                return Unusable;
            }
        });
        return command;
    }

    private static async Task<IReadOnlyList<string>> TablesAsync(ParseResult parsed, ILakeFiles files, CancellationToken cancellation)
    {
        var tables = await LakeTables.ListAsync(files, cancellation);
        if (tables.Count == 0)
        {
            throw new UsageException($"--path is '{parsed.GetValue(Place)}'; there is no table in it.");
        }

        var wanted = parsed.GetValue(Table) ?? [];
        return wanted.FirstOrDefault(name => !tables.Contains(name)) is { } unknown
            ? throw new UsageException($"--table is '{unknown}'; the lake has {string.Join(", ", tables)}.")
            : wanted.Length > 0 ? wanted : tables;
    }

    private static async Task<int> ShowAsync(ParseResult parsed, ILakeFiles files, IReadOnlyList<string> tables, CancellationToken cancellation)
    {
        var reports = new List<LakeTableReport>();
        foreach (var table in tables)
        {
            reports.Add(LakeTableReport.Of(table, await new DeltaLog(files, table).ReadAsync(cancellation)));
        }

        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(Json))
        {
            Report.Json(output, reports);
            return Done;
        }

        foreach (var report in reports)
        {
            output.WriteLine($"{report.Table}: version {report.Version}, {report.Schema ?? "no event yet"}");
            output.WriteLine($"  {report.Rows:N0} rows in {report.Files:N0} files, {report.Bytes / 1e6:N1} MB{(report.FirstHour is null ? "" : $", {report.Hours:N0} hours from {report.FirstHour} to {report.LastHour}")}");
            if (report.LateRows > 0)
            {
                output.WriteLine($"  {report.LateRows:N0} events came when their hour had been marked complete");
            }

            foreach (var (partition, offset) in report.Checkpoints)
            {
                output.WriteLine($"  {partition} up to {offset}");
            }
        }

        return Done;
    }

    private static async Task<int> CompactAsync(ParseResult parsed, ILakeFiles files, IReadOnlyList<string> tables, CancellationToken cancellation)
    {
        var target = parsed.GetValue(Target) is > 0 and <= 4096 and var megabytes ? megabytes : throw new UsageException($"--target-mb is {parsed.GetValue(Target)}; allowed is 1 to 4096.");
        var errors = parsed.InvocationConfiguration.Error;
        var results = new List<(string Table, CompactionResult Result)>();
        foreach (var table in tables)
        {
            var compaction = new Compaction(files, table, TimeProvider.System) { TargetBytes = (long)target << 20 };
            results.Add((table, await compaction.RunAsync((file, replaced) => errors.WriteLine($"{table} {file.Hour}: {replaced} files became one of {file.Size / 1e6:N1} MB"), cancellation)));
        }

        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(Json))
        {
            Report.Json(output, results.Select(one => new { one.Table, one.Result.Replaced, one.Result.Written, one.Result.BytesBefore, one.Result.BytesAfter, one.Result.Skipped }));
        }
        else
        {
            foreach (var (table, result) in results)
            {
                output.WriteLine($"{table}: {result.Replaced:N0} files became {result.Written:N0}, {result.BytesBefore / 1e6:N1} MB became {result.BytesAfter / 1e6:N1}{(result.Skipped > 0 ? $"; {result.Skipped} groups changed meanwhile" : "")}");
            }
        }

        return results.Exists(one => one.Result.Skipped > 0) ? Incomplete : Done;
    }

    private static async Task<int> VacuumAsync(ParseResult parsed, ILakeFiles files, IReadOnlyList<string> tables, CancellationToken cancellation)
    {
        var (retention, logRetention) = (HoursOf(parsed, Retention, Vacuum.MostRetention.TotalHours), HoursOf(parsed, LogRetention, 87_600));
        var (output, isDry, isJson) = (parsed.InvocationConfiguration.Output, parsed.GetValue(DryRun), parsed.GetValue(Json));
        var gone = new List<LakeFile>();
        foreach (var table in tables)
        {
            gone.AddRange(await new Vacuum(files, table, TimeProvider.System) { LogRetention = logRetention }.RunAsync(retention, isDry, file =>
            {
                if (!isJson)
                {
                    output.WriteLine(file.Name);
                }
            }, cancellation));
        }

        if (isJson)
        {
            Report.Json(output, gone);
        }
        else
        {
            output.WriteLine($"{gone.Count:N0} files, {gone.Sum(file => file.Size) / 1e6:N1} MB {(isDry ? "would be deleted" : "deleted")}");
        }

        return Done;
    }

    private static TimeSpan HoursOf(ParseResult parsed, Option<double> option, double most) => parsed.GetValue(option) is var hours && hours >= 1 && hours <= most
        ? TimeSpan.FromHours(hours)
        : throw new UsageException(FormattableString.Invariant($"{option.Name} is {hours}; allowed is 1 to {most} hours."));
}
