using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>What stages could not work on, and why.</summary>
internal sealed class ErrorApi(Platform platform, ScanTurns turns)
{
    /// <summary>How many offsets of error streams are read at most, the newest.</summary>
    public const long MostRead = 200_000;

    private const int MostListed = 500;
    private const int UsuallyListed = 100;
    private const int MostMessage = 500;
    private const int MostRaw = 1024 * 1024;

    /// <summary><c>GET api/errors?stage=&amp;type=&amp;stream=&amp;text=&amp;from=&amp;to=&amp;state=&amp;count=</c>: the newest that are wanted, and how many there are of each kind.</summary>
    public async Task ListAsync(HttpContext http)
    {
        var query = ErrorQuery.Of(http.Request.Query);
        var filter = query.Filter with { States = ErrorQuery.StatesOf(http.Request.Query["state"].ToString()) };
        var (stages, from, to, count) = (platform.Choose(query.Stages), query.FromBound, query.ToBound, Count(http.Request.Query["count"].ToString()));
        var found = await turns.RunAsync(http, cancellation => new ErrorReader(platform).ListAsync(stages, filter, from, to, count, MostRead, cancellation, withInput: false));
        await ConsoleJson.WriteAsync(http, new
        {
            found.Matching,
            found.Read,
            Complete = found.IsAll,
            found.Unreadable,
            Types = found.ByType.OrderByDescending(kind => kind.Value).Select(kind => new { kind.Key.Stage, kind.Key.Type, Count = kind.Value }),
            Events = found.Events.Reverse().Select(failed => new
            {
                failed.Id,
                failed.Time,
                failed.Stage,
                failed.Type,
                Message = Excerpt.Of(failed.Message, MostMessage),
                failed.Position,
                failed.Source,
                failed.Stream,
                failed.State,
                Mark = Json(failed.Mark),
                failed.ReplayOf,
            }),
        });
    }

    /// <summary><c>GET api/errors/ID</c>: all of one, by its id or by its position.</summary>
    public async Task GetAsync(HttpContext http)
    {
        var id = IdOf(http);
        var failed = await turns.RunAsync(http, cancellation => new ErrorReader(platform).FindAsync(id, MostRead, cancellation))
            ?? throw ConsoleRefusal.Missing($"No error event has the id or the position '{Excerpt.Of(id, 200)}', among the newest {MostRead:N0} of error streams.");
        await ConsoleJson.WriteAsync(http, new
        {
            failed.Id,
            failed.Time,
            failed.Stage,
            failed.Type,
            failed.Message,
            failed.Position,
            failed.Source,
            failed.Stream,
            failed.SchemaUri,
            failed.Stack,
            failed.State,
            Mark = Json(failed.Mark),
            failed.ReplayOf,
            RawEvent = failed.RawEvent is { Length: > MostRaw } much ? much[..MostRaw] : failed.RawEvent,
            Cut = failed.RawEvent is { Length: > MostRaw } whole ? Encoding.UTF8.GetByteCount(whole) : (int?)null,
        });
    }

    // A position has slashes, which servers leave as they were escaped.
    private static string IdOf(HttpContext http) => (http.GetRouteValue("id") as string ?? "").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    private static object? Json(ErrorMark? mark) => mark is null ? null : new { mark.Request, mark.Time, mark.Outcome, mark.NewId, mark.IsEdited };

    private static int Count(string text) => text.Length == 0 ? UsuallyListed
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= MostListed ? count
        : throw ConsoleRefusal.Bad($"count is '{Excerpt.Of(text)}'; allowed is 0 to {MostListed}.");
}
