using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Millrace.Core;

namespace Millrace.Local;

/// <summary><c>millrace errors</c>: what failed, and why.</summary>
internal static class ErrorsCommand
{
    /// <summary>The stages.</summary>
    public static readonly Option<string[]> Stage = new("--stage") { Description = "Only of these stages. Several with commas.", HelpName = "NAME[,NAME…]", CustomParser = SchemaCommand.List };

    /// <summary>The kinds of error.</summary>
    public static readonly Option<string[]> Type = new("--type") { Description = "Only errors of these kinds, such as invalid_event. Several with commas.", HelpName = "TYPE[,TYPE…]", CustomParser = SchemaCommand.List };

    /// <summary>The stream of the input.</summary>
    public static readonly Option<string?> Stream = new("--stream") { Description = "Only events of this stream or topic.", HelpName = "NAME" };

    /// <summary>What stands in the error event.</summary>
    public static readonly Option<string?> Text = new("--text") { Description = "Only where the message, the stack or the event has this text, in any case.", HelpName = "TEXT" };

    /// <summary>Where to begin.</summary>
    public static readonly Option<string?> From = new("--from") { Description = $"Where to begin in the error streams: {BackfillBound.Allowed}.", HelpName = "TIME|OFFSET" };

    /// <summary>Where to end.</summary>
    public static readonly Option<string?> To = new("--to") { Description = "Where to end, before that record.", HelpName = "TIME|OFFSET" };

    private static readonly Option<int> Count = new("--count") { Description = "How many to show, the newest.", HelpName = "N", DefaultValueFactory = _ => 20 };

    /// <summary>How much is read.</summary>
    public static readonly Option<long> Most = new("--most") { Description = "How many offsets to read at most, the newest.", HelpName = "N", DefaultValueFactory = _ => 1_000_000 };

    private static readonly Option<string> State = new("--state")
    {
        Description = "Only those of which this has become: open, requested (replayed, and not yet worked on), resolved, failed (again, of which there is a newer one), unresolved (open or requested), or all.",
        HelpName = "STATE",
        DefaultValueFactory = _ => "unresolved",
    };

    private static readonly Argument<string> Id = new("ID") { Description = "The id of an error event, or its position as topic/partition/offset." };

    public static Command Create()
    {
        var command = new Command("errors", """
            Show the events that stages could not work on, and why; give them to their stages once more.

            Examples:
              millrace errors list --stage PageContentChange --type timeout --from 2026-01-31T12:00:00Z
              millrace errors show 5f0e6c1e-6a53-8d0e-9b35-0d5b0c9d3f11
              millrace errors replay --stage PageContentChange --type timeout --dry-run
            """);
        command.Subcommands.Add(OperationsVerb.Create("list", """
            Show the newest events of error streams that are unresolved, oldest first, and how many there are of each kind.

            Examples:
              millrace errors list
              millrace errors list --stage PageChange --type malformed_json,invalid_event --count 100
              millrace errors list --text 'page_id' --from 2026-01-31T12:00:00Z --to 2026-01-31T13:00:00Z --json
              millrace errors list --state resolved

            Exit codes: 0 they are shown, or there are none; 2 an option cannot be used, or nobody answers.
            """, ListAsync, Stage, Type, Stream, Text, From, To, State, Count, Most));
        command.Subcommands.Add(OperationsVerb.Create("show", """
            Show one error event: what failed where, why, and the event itself as it came.

            Examples:
              millrace errors show PageChange.error/0/17
              millrace errors show 5f0e6c1e-6a53-8d0e-9b35-0d5b0c9d3f11 --json | jq -r .raw_event > event.json

            Exit codes: 0 it is shown; 1 there is no such event; 2 an option cannot be used, or nobody answers.
            """, ShowAsync, Id, Most));
        command.Subcommands.Add(ReplayCommand.Create());
        return command;
    }

    /// <summary>Which error events the options choose.</summary>
    public static ErrorFilter Filter(ParseResult parsed) => new() { Types = parsed.GetValue(Type) ?? [], Stream = parsed.GetValue(Stream), Text = parsed.GetValue(Text) };

    private static IReadOnlyCollection<ErrorState> States(ParseResult parsed) => parsed.GetValue(State) switch
    {
        "open" => [ErrorState.Open],
        "requested" => [ErrorState.Requested],
        "resolved" => [ErrorState.Resolved],
        "failed" => [ErrorState.FailedAgain],
        "unresolved" => ErrorFilter.Unresolved,
        "all" => [],
        var other => throw new UsageException($"{State.Name} is '{other}'; allowed is open, requested, resolved, failed, unresolved or all."),
    };

    private static async Task<int> ListAsync(ParseResult parsed, Platform platform, CancellationToken cancellation)
    {
        var (count, most) = (OperationsVerb.Bounded(parsed, Count, 0, 10_000), OperationsVerb.Bounded(parsed, Most, 1, 100_000_000));
        var filter = Filter(parsed) with { States = States(parsed) };
        var stages = platform.Choose(parsed.GetValue(Stage) ?? []);
        var found = await new ErrorReader(platform).ListAsync(stages, filter, OperationsVerb.Bound(parsed, From), OperationsVerb.Bound(parsed, To), count, most, cancellation);
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(OperationsVerb.Json))
        {
            var kinds = found.ByType.Select(kind => new { kind.Key.Stage, kind.Key.Type, Count = kind.Value });
            Report.Json(output, new { found.Matching, found.Read, Complete = found.IsAll, found.Unreadable, Types = kinds, found.Events });
            return OperationsVerb.Good;
        }

        Report.Columns(output, [.. found.Events.Select(failed => new[]
        {
            Iso8601.Format(failed.Time), Printable.Of(failed.Stage), Word(failed.State), Printable.Of(failed.Type), failed.Id is { } id ? Printable.Of(id) : failed.Position, Printable.Of(failed.Source ?? ""), Printable.Of(Excerpt.Of(failed.Message, 160)),
        })]);
        Report.Columns(output, [.. found.ByType.OrderByDescending(kind => kind.Value).Select(kind => new[] { StatusText.Count(kind.Value), Printable.Of(kind.Key.Stage), Printable.Of(kind.Key.Type) })]);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{found.Matching:N0} of {found.Read:N0} error events{(found.Matching > found.Events.Count ? $", the newest {found.Events.Count:N0} shown" : "")}.{(found.IsAll ? "" : $" Only the newest {most:N0} offsets were read: --most reads more, --from less.")}{(found.Unreadable > 0 ? $" {found.Unreadable:N0} records are no error events." : "")}"));
        return OperationsVerb.Good;
    }

    private static async Task<int> ShowAsync(ParseResult parsed, Platform platform, CancellationToken cancellation)
    {
        var name = parsed.GetValue(Id)!;
        if (await new ErrorReader(platform).FindAsync(name, OperationsVerb.Bounded(parsed, Most, 1, 100_000_000), cancellation) is not { } failed)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"millrace: No error event has the id or the position '{Printable.Of(name)}'; `millrace errors list` shows those that there are.");
            return OperationsVerb.Found;
        }

        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(OperationsVerb.Json))
        {
            Report.Json(output, failed);
            return OperationsVerb.Good;
        }

        string?[][] rows =
        [
            ["id", failed.Id], ["stands at", failed.Position], ["failed", Iso8601.Format(failed.Time)], ["stage", failed.Stage], ["type", failed.Type], ["message", failed.Message],
            ["input", failed.Source], ["stream", failed.Stream], ["schema", failed.SchemaUri], ["replay of", failed.ReplayOf], ["state", Describe(failed)],
        ];
        Report.Columns(output, [.. rows.Where(row => row[1] is not null).Select(row => new[] { row[0]!, Printable.Of(row[1]!) })]);
        if (failed.Stack is { } stack)
        {
            output.WriteLine(Printable.Of(stack, keepsLines: true) + "\n");
        }

        output.WriteLine(failed.RawEvent is { } raw ? Printable.Of(Pretty(raw), keepsLines: true) : "The input had no value.");
        return OperationsVerb.Good;
    }

    private static string Word(ErrorState state) => state switch { ErrorState.Open => "open", ErrorState.Requested => "requested", ErrorState.Resolved => "resolved", _ => "failed again" };

    private static string Describe(FailedEvent failed) => failed.Mark is not { } mark ? Word(failed.State)
        : $"{Word(failed.State)}{(mark.Outcome is { } outcome ? $", {outcome}" : "")}{(mark.NewId is { } newer ? $", see {newer}" : "")} ({Iso8601.Format(mark.Time)}, request {mark.Request}{(mark.IsEdited ? ", a corrected copy" : "")})";

    private static string Pretty(string raw)
    {
        try
        {
            return JsonSerializer.Serialize(JsonElement.Parse(raw), Report.Indented);
        }
        catch (JsonException)
        {
            return raw;
        }
    }
}
