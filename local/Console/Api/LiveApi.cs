using Microsoft.AspNetCore.Http;

namespace Millrace.Local;

/// <summary>Rates, lag and errors as they change.</summary>
internal sealed class LiveApi(ClusterWatch watch, TimeProvider time, CancellationToken stopping)
{
    /// <summary><c>GET api/live</c>: server-sent events <c>status</c>, the first at once and with the last minutes.</summary>
    public async Task GetAsync(HttpContext http)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        LiveAnswer? events = null;
        try
        {
            await foreach (var look in watch.ViewAsync(end.Token))
            {
                var isFirst = events is null;
                events ??= await LiveAnswer.BeginAsync(http, time, end.Token);
                await events.WriteAsync("status", Json(look, isFirst ? watch.History.Moments : null), end.Token);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The page is closed, or the console ends.
        }
    }

    private static object Json(ClusterLook look, IReadOnlyList<LookMoment>? history) => new
    {
        look.At,
        State = look.Unreachable is null ? "ok" : "unreachable",
        Reason = look.Unreachable,
        look.SeenAt,
        Stages = look.Stages.Select(stage => new StageLine(stage)),
        Streams = look.Streams.Select(stream => new { stream.Stream, PerSecond = Rates.Rounded(stream.PerSecond), stream.Events }),
        History = history,
    };
}
