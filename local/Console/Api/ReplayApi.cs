using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>Gives failed events to their stages once more: one, some, all that are chosen, or a corrected copy of one.</summary>
internal sealed partial class ReplayApi(Platform platform, IEventSchemas schemas, TimeProvider time, ScanTurns turns, ConsoleGate gate, ILogger logger) : IDisposable
{
    /// <summary>How many events may be named.</summary>
    public const int MostNamed = 1_000;

    private const int MostBytes = SendApi.MostBytes + (1024 * 1024);

    // Of two at once the later one fences the other, and both are no help.
    private readonly SemaphoreSlim _turn = new(1);
    private RequestedEvents? _requested;

    /// <summary><c>POST api/errors/validate</c>: whether a corrected copy could take the place of an event that failed.</summary>
    public async Task ValidateAsync(HttpContext http)
    {
        var asked = await ReadAsync<ReplayCopy>(http);
        var problems = await turns.RunAsync(http, cancellation => CheckAsync(asked.Id ?? "", Encoding.UTF8.GetBytes(asked.Event ?? ""), cancellation));
        await ConsoleJson.WriteAsync(http, new { Valid = problems.Count == 0, Problems = problems.Select(problem => new { Path = (string?)null, Message = problem }) });
    }

    /// <summary><c>POST api/replays</c>: what would be done, or does it.</summary>
    public async Task ReplayAsync(HttpContext http)
    {
        var asked = await ReadAsync<ReplayOrder>(http);
        var selection = SelectionOf(asked);
        if (asked.DryRun)
        {
            await ConsoleJson.WriteAsync(http, Json(await turns.RunAsync(http, cancellation => Replay().PlanAsync(selection, cancellation)), null));
            return;
        }

        gate.RequireChanges();
        if (!await _turn.WaitAsync(TimeSpan.Zero, http.RequestAborted))
        {
            throw ConsoleRefusal.Busy("A replay goes on already. Ask again when it has ended: what it has done is left alone.");
        }

        try
        {
            var requested = new RequestedEvents();
            Volatile.Write(ref _requested, requested);
            var result = await Replay().RunAsync(selection, requested, http.RequestAborted);
            Replayed(logger, gate.NameOf(http), result.Plan.PlannedCount, result.Request, result.Plan.RefusedCount, result.Plan.AlreadyDoneCount, asked.Event is not null);
            await ConsoleJson.WriteAsync(http, Json(result.Plan, result.Request));
        }
        finally
        {
            Volatile.Write(ref _requested, null);
            _turn.Release();
        }
    }

    /// <summary><c>GET api/replays</c>: whether one goes on, and how many events it has requested so far.</summary>
    public Task ProgressAsync(HttpContext http)
    {
        var requested = Volatile.Read(ref _requested);
        return ConsoleJson.WriteAsync(http, new { Running = requested is not null, Requested = requested?.Count ?? 0 });
    }

    /// <summary>Ends it.</summary>
    public void Dispose() => _turn.Dispose();

    private Replay Replay() => new(platform, schemas, time);

    // By its position an error event is found without reading its stream.
    private async Task<IReadOnlyList<string>> CheckAsync(string name, byte[] copy, CancellationToken cancellation)
    {
        if (!StreamPosition.TryParse(name, out var position) || platform.Catalog.Stages.FirstOrDefault(stage => stage.ErrorStream.Topics.Contains(position.Topic)) is not { } stage)
        {
            return await Replay().CheckAsync(name, copy, cancellation);
        }

        var records = new FailedRecords(new TopicScan(platform.Kafka), [new ScanRange(new TopicPartition(position.Topic, position.Partition), position.Offset, position.Offset + 1)], failed => failed.Position == name);
        await foreach (var found in records.ReadAsync(cancellation))
        {
            return ReplayEdit.Check(stage, found[^1], copy, schemas);
        }

        throw ConsoleRefusal.Missing($"No error event stands at '{Excerpt.Of(name, 200)}'.");
    }

    private static ReplaySelection SelectionOf(ReplayOrder asked)
    {
        var ids = (asked.Ids ?? []).Distinct().ToList();
        if (ids.Count > MostNamed)
        {
            throw ConsoleRefusal.Bad($"ids names {ids.Count} events; allowed are {MostNamed}. Choose by selection.");
        }

        var chosen = asked.Selection ?? new ErrorQuery();
        var chooses = chosen != new ErrorQuery();
        if (ids.Count > 0 ? asked.Selection is not null : !chooses)
        {
            throw ConsoleRefusal.Bad("Nothing says what to replay, or too much: name events by ids, or choose by selection with stage, type, stream, text, from or to. All of them are from 'earliest'.");
        }

        return new ReplaySelection
        {
            Ids = ids,
            Stages = chosen.Stages,
            Filter = chosen.Filter,
            From = chosen.FromBound,
            To = chosen.ToBound,
            Most = ErrorApi.MostRead,
            Again = asked.Again,
            Edited = asked.Event is { } copy ? Encoding.UTF8.GetBytes(copy) : null,
        };
    }

    private static async Task<T> ReadAsync<T>(HttpContext http)
        where T : class
    {
        var body = await ConsoleBody.ReadAsync(http, MostBytes);
        try
        {
            return JsonSerializer.Deserialize<T>(body.Span, ConsoleJson.Options) ?? throw ConsoleRefusal.Bad("The body is null.");
        }
        catch (JsonException wrong)
        {
            throw ConsoleRefusal.Bad($"The body is not JSON of the form that this route takes: {wrong.Path ?? "$"}, line {wrong.LineNumber + 1}.");
        }
    }

    private static object Json(ReplayPlan plan, Guid? request) => new
    {
        plan.Planned,
        plan.PlannedCount,
        plan.Refused,
        plan.RefusedCount,
        plan.AlreadyDone,
        plan.AlreadyDoneCount,
        plan.Unknown,
        Complete = plan.IsAll,
        Request = plan.PlannedCount > 0 ? request : null,
        Done = request is not null,
    };

    [LoggerMessage(1, LogLevel.Information, "{Who} replayed {Count} error events (request {Request}); {Refused} were refused, {Left} left alone; edited: {Edited}")]
    private static partial void Replayed(ILogger logger, string who, long count, Guid request, long refused, long left, bool edited);
}
