using System.CommandLine;
using System.Globalization;
using Millrace.Core;

namespace Millrace.Local;

/// <summary><c>millrace trace</c>: where an event came from and went.</summary>
internal static class TraceCommand
{
    private static readonly Argument<string> Id = new("EVENT_ID") { Description = "The meta.id of an event of any stream, errors included." };

    private static readonly Option<string?> From = new("--from") { Description = $"Where to begin to look, in all streams: {BackfillBound.Allowed}. By default a day ago.", HelpName = "TIME|OFFSET" };

    private static readonly Option<string?> To = new("--to") { Description = "Where to end, before that record.", HelpName = "TIME|OFFSET" };

    private static readonly Option<long> Most = new("--most") { Description = "How many offsets to read at most, of all streams together, the newest; each takes about 200 bytes of memory.", HelpName = "N", DefaultValueFactory = _ => 1_000_000 };

    public static Command Create() => OperationsVerb.Create("trace", """
        Show where an event came from and what stages made of it: outputs, errors, and stages that have not come to it yet.

        What a stage makes of an event has ids that follow from the event's position, by which it is found; copies of a
        mirror as well. Events that have only the trace of their headers in common with it (traceparent) are listed, too.
        "settled" is an event that a stage is done with and has written nothing to Kafka for: it was filtered, or is in a
        store.

        Examples:
          millrace trace 5f0e6c1e-6a53-8d0e-9b35-0d5b0c9d3f11
          millrace trace 5f0e6c1e-6a53-8d0e-9b35-0d5b0c9d3f11 --from 2026-01-31T00:00:00Z --to 2026-02-01T00:00:00Z --json

        Exit codes: 0 it was found; 1 it was not; 2 an option cannot be used, or nobody answers.
        """, RunAsync, Id, From, To, Most);

    private static async Task<int> RunAsync(ParseResult parsed, Platform platform, CancellationToken cancellation)
    {
        var (id, most, output) = (parsed.GetValue(Id)!, OperationsVerb.Bounded(parsed, Most, 1, 100_000_000), parsed.InvocationConfiguration.Output);
        var from = OperationsVerb.Bound(parsed, From) ?? BackfillBound.Parse(From.Name, Iso8601.Format(TimeProvider.System.GetUtcNow().AddDays(-1)));
        var found = await new TraceReader(platform, TimeProvider.System).ReadAsync(id, from, OperationsVerb.Bound(parsed, To), most, cancellation);
        if (parsed.GetValue(OperationsVerb.Json))
        {
            Report.Json(output, Json(found));
        }
        else
        {
            Write(output, found, id);
        }

        return found.Roots.Count > 0 ? OperationsVerb.Good : OperationsVerb.Found;
    }

    private static void Write(TextWriter output, TraceReport found, string id)
    {
        foreach (var root in found.Roots)
        {
            Write(output, root, "");
        }

        if (found.SameTrace.Count > 0)
        {
            output.WriteLine("Of the same trace:");
            foreach (var other in found.SameTrace)
            {
                Write(output, other, "  ");
            }
        }

        var bounds = found.IsAll ? "" : " Not everything was read or shown: --from and --to narrow it, --most reads more.";
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(found.Roots.Count == 0 ? $"No event with the id '{Printable.Of(id)}' in" : "Looked at")} {found.Read:N0} records.{bounds}{(found.Roots.Count == 0 ? " --from looks further back." : "")}"));
    }

    private static void Write(TextWriter output, TraceNode node, string indent)
    {
        var failed = node.Failed is { } error ? $"  {Printable.Of(error.Type)}: {Printable.Of(Excerpt.Of(error.Message, 160))}" : "";
        output.WriteLine($"{indent}{node.Position}  {Iso8601.Format(node.Time)}  {(node.Id is { } id ? Printable.Of(id) : "(no id)")}{failed}{(node.IsAsked ? "  ← this" : "")}");
        foreach (var outcome in node.Outcomes)
        {
            output.WriteLine($"{indent}  {outcome.Stage}: {outcome.Result}{(outcome.Replay is { } replay ? $"; replayed: {replay}" : "")}");
            foreach (var made in outcome.Events)
            {
                Write(output, made, indent + "    ");
            }
        }
    }

    /// <summary>What JSON has of a report.</summary>
    public static object Json(TraceReport found) => new { Found = found.Roots.Count > 0, found.Read, Complete = found.IsAll, Roots = found.Roots.Select(Json), SameTrace = found.SameTrace.Select(Json) };

    private static object Json(TraceNode node) => new
    {
        node.Id,
        node.Stream,
        node.Position.Topic,
        node.Position.Partition,
        node.Position.Offset,
        node.Time,
        Asked = node.IsAsked,
        ErrorType = node.Failed?.Type,
        ErrorMessage = node.Failed?.Message,
        Stages = node.Outcomes.Select(outcome => new { outcome.Stage, outcome.Result, outcome.Replay, Events = outcome.Events.Select(Json) }),
    };
}
