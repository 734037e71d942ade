using System.CommandLine;
using System.Globalization;
using Millrace.Core;
using Millrace.Schemas;

namespace Millrace.Local;

/// <summary><c>millrace errors replay</c>: gives failed events to their stages once more.</summary>
internal static class ReplayCommand
{
    // What is longer than this is said while it goes on.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    private static readonly Argument<string[]> Ids = new("ID") { Description = "The ids of error events, or their positions as topic/partition/offset; none is to choose by the options.", Arity = ArgumentArity.ZeroOrMore };

    private static readonly Option<string?> Edit = new("--edit") { Description = "Replay the event in this file, a corrected copy, instead of the one that failed; - is standard input. It has to match its schema, and to have the same stream and key.", HelpName = "FILE" };

    private static readonly Option<string[]> Schemas = new("--schemas") { Description = "Schema repositories (directories, or http(s) addresses) for --edit, to ask after the platform's own. Several with commas.", HelpName = "DIR[,DIR…]", CustomParser = SchemaCommand.List };

    private static readonly Option<bool> Again = new("--again") { Description = "Replay those, too, that were replayed before." };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Say what would be replayed, and write nothing." };

    /// <summary>The command, with the options by which <c>errors list</c> chooses.</summary>
    public static Command Create() => OperationsVerb.Create("replay", """
        Give failed events to their stages once more, one, those that are named, or all that the options choose: the same
        bytes, in the order of the positions that they first had, each once. What was replayed before is left alone, so that
        after an interruption, or a kill, the same command does the rest. Error events stay where they are; `errors list` says
        what came of each. Events of the same key that came after a failed one have passed already.

        Examples:
          millrace errors replay 5f0e6c1e-6a53-8d0e-9b35-0d5b0c9d3f11
          millrace errors replay --stage PageContentChange --type timeout --from 2026-01-31T12:00:00Z --dry-run
          millrace errors replay PageChange.error/0/17 --edit corrected.json
          millrace errors show PageChange.error/0/17 --json | jq -r .raw_event | sed s/enwik/enwiki/ | millrace errors replay PageChange.error/0/17 --edit -

        Exit codes: 0 all of them are replayed, or were before; 1 some cannot be replayed, or are not there, or it was
        interrupted; 2 an option cannot be used, a topic is missing, or nobody answers.
        """, RunAsync, Ids, ErrorsCommand.Stage, ErrorsCommand.Type, ErrorsCommand.Stream, ErrorsCommand.Text, ErrorsCommand.From, ErrorsCommand.To, Edit, Schemas, Again, DryRun, ErrorsCommand.Most);

    private static async Task<int> RunAsync(ParseResult parsed, Platform platform, CancellationToken cancellation)
    {
        var selection = await SelectAsync(parsed, cancellation);
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        var replay = new Replay(platform, new EventSchemas(SchemaPlaces.Open(SchemaPlaces.BehindOwn(parsed.GetValue(Schemas) ?? []), client, TimeProvider.System)), TimeProvider.System);
        if (parsed.GetValue(DryRun))
        {
            return Write(parsed, await replay.PlanAsync(selection, cancellation), null);
        }

        var progress = new Spoken(parsed.InvocationConfiguration.Error);
        try
        {
            var result = await replay.RunAsync(selection, progress, cancellation);
            return Write(parsed, result.Plan, result.Request);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"millrace: Interrupted; {StatusText.Count(progress.Requested)} events are requested. The same command does the rest.");
            return OperationsVerb.Found;
        }
    }

    private static async Task<ReplaySelection> SelectAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var selection = new ReplaySelection
        {
            Ids = [.. (parsed.GetValue(Ids) ?? []).Distinct()],
            Stages = parsed.GetValue(ErrorsCommand.Stage) ?? [],
            Filter = ErrorsCommand.Filter(parsed),
            From = OperationsVerb.Bound(parsed, ErrorsCommand.From),
            To = OperationsVerb.Bound(parsed, ErrorsCommand.To),
            Most = OperationsVerb.Bounded(parsed, ErrorsCommand.Most, 1, 100_000_000),
            Again = parsed.GetValue(Again),
        };
        var chooses = new Option[] { ErrorsCommand.Stage, ErrorsCommand.Type, ErrorsCommand.Stream, ErrorsCommand.Text, ErrorsCommand.From, ErrorsCommand.To }.Where(option => parsed.GetResult(option) is { Implicit: false }).ToList();
        if (selection.Ids.Count == 0 && chooses.Count == 0)
        {
            throw new UsageException("Nothing says what to replay: name error events by their ids, or choose by --stage, --type, --stream, --text, --from or --to. All of them are --from earliest.");
        }

        if (selection.Ids.Count > 0 && chooses.Find(option => option != ErrorsCommand.Stage) is { } other)
        {
            throw new UsageException($"{other.Name} chooses among all error events, and {selection.Ids.Count} are named: give the one or the other.");
        }

        if (parsed.GetValue(Edit) is not { } file)
        {
            return selection;
        }

        selection.RequireOne();
        return selection with { Edited = await EventInput.ReadAsync(Edit.Name, file, null, cancellation) };
    }

    private static int Write(ParseResult parsed, ReplayPlan plan, Guid? request)
    {
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(OperationsVerb.Json))
        {
            Report.Json(output, new { Request = plan.PlannedCount > 0 ? request : null, Done = request is not null, Complete = plan.IsAll, plan.PlannedCount, plan.RefusedCount, plan.AlreadyDoneCount, plan.Planned, plan.Refused, plan.AlreadyDone, plan.Unknown });
        }
        else
        {
            Say(output, plan, request, parsed.GetValue(ErrorsCommand.Most));
        }

        return plan.RefusedCount > 0 || plan.Unknown.Count > 0 ? OperationsVerb.Found : OperationsVerb.Good;
    }

    private static void Say(TextWriter output, ReplayPlan plan, Guid? request, long most)
    {
        Report.Columns(output, [.. plan.Planned.Select(planned => new[] { request is null ? "would replay" : "replays", Printable.Of(planned.Stage), planned.Id, Printable.Of(planned.Source), planned.IsEdited ? "edited" : "" })]);
        Report.Columns(output, [.. plan.AlreadyDone.Select(done => new[] { "left alone", Printable.Of(done.Stage), done.Id, Words(done) })]);
        Report.Columns(output, [.. plan.Refused.Select(refused => new[] { "refused", Printable.Of(refused.Stage), Printable.Of(refused.Id ?? refused.Position), Printable.Of(refused.Reason) })]);
        foreach (var unknown in plan.Unknown)
        {
            output.WriteLine($"No error event has the id or the position '{Printable.Of(unknown)}'.");
        }

        var listed = plan.Planned.Count + plan.AlreadyDone.Count + plan.Refused.Count;
        var all = plan.PlannedCount + plan.AlreadyDoneCount + plan.RefusedCount;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{plan.PlannedCount:N0} {(request is null ? "would be replayed" : "requested")}, {plan.AlreadyDoneCount:N0} left alone, {plan.RefusedCount:N0} refused{(all > listed ? $"; the first {listed:N0} are shown" : "")}.{(request is { } id && plan.PlannedCount > 0 ? $" Request {id}; `millrace errors list --state all` says what comes of it." : "")}{(plan.IsAll ? "" : $" Only the newest {most:N0} offsets were read: --most reads more, --from less.")}"));
    }

    private static string Words(DoneReplay done) => done.State switch
    {
        ErrorState.Requested => $"was requested before ({done.Request}), and the stage has not come to it",
        ErrorState.FailedAgain => $"was replayed before and failed again: {done.NewId}",
        _ => $"was replayed before ({done.Request})",
    };

    /// <summary>Says how far it has come, where that takes time.</summary>
    private sealed class Spoken(TextWriter output) : IProgress<ReplayProgress>
    {
        private long _said = TimeProvider.System.GetTimestamp();

        public long Requested { get; private set; }

        private string _stage = "";
        private long _before;

        public void Report(ReplayProgress value)
        {
            if (value.Stage != _stage)
            {
                (_stage, _before) = (value.Stage, Requested);
            }

            Requested = _before + value.Requested;
            if (TimeProvider.System.GetElapsedTime(_said) >= Silence)
            {
                output.WriteLine($"millrace: {StatusText.Count(Requested)} events requested, {value.Stage}…");
                _said = TimeProvider.System.GetTimestamp();
            }
        }
    }
}
