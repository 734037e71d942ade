using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>Where an event came from, and what stages made of it.</summary>
internal sealed class TraceApi(Platform platform, TimeProvider time, ScanTurns turns)
{
    private const long MostRead = 200_000;
    private const int MostId = 256;

    /// <summary><c>GET api/trace/ID</c>.</summary>
    public async Task GetAsync(HttpContext http)
    {
        var id = http.GetRouteValue("id") as string ?? "";
        if (id.Length is 0 or > MostId)
        {
            throw ConsoleRefusal.Bad($"The id has {id.Length} characters; allowed are 1 to {MostId}.");
        }

        var from = BackfillBound.Parse("from", http.Request.Query["from"].ToString() is { Length: > 0 } text ? text : Iso8601.Format(time.GetUtcNow().AddDays(-1)));
        var to = http.Request.Query["to"].ToString() is { Length: > 0 } end ? BackfillBound.Parse("to", end) : null;
        await ConsoleJson.WriteAsync(http, TraceCommand.Json(await turns.RunAsync(http, cancellation => new TraceReader(platform, time).ReadAsync(id, from, to, MostRead, cancellation))));
    }
}
