using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Millrace.Core;
using Millrace.Serving;

namespace Millrace.Local;

/// <summary>The events of a stream as they come.</summary>
internal sealed class TailApi(Platform platform, TimeProvider time, CancellationToken stopping)
{
    /// <summary>The most that read at a time: each has a consumer of its own.</summary>
    public const int MostTails = 8;

    /// <summary>How many records a second are shown; of more, how many were left out.</summary>
    public const int MostPerSecond = 50;

    private const int MostLast = 500;
    private const int MostBytes = 64 * 1024;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private int _tails;

    /// <summary><c>GET api/streams/NAME/tail?filter=PATH:VALUE&amp;last=N</c>: server-sent events <c>record</c> and <c>skipped</c>.</summary>
    public async Task GetAsync(HttpContext http)
    {
        var stream = StreamApi.Find(platform, http);
        var (filter, last) = (Filter(http.Request), Last(http.Request));
        try
        {
            if (Interlocked.Increment(ref _tails) > MostTails)
            {
                throw ConsoleRefusal.Busy($"{MostTails} pages follow streams already, which is all that this console takes. Close one, and come again.");
            }

            var scan = new TopicScan(platform.Kafka);
            var all = await scan.PlanAsync(stream.Topics);
            if (all.Count == 0)
            {
                throw ConsoleRefusal.Missing($"Kafka at {platform.Kafka.BootstrapServers} has no topic {string.Join(" or ", stream.Topics)}.");
            }

            using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
            await FollowAsync(http, scan, ScanRange.Last(all, last), filter, end);
        }
        finally
        {
            Interlocked.Decrement(ref _tails);
        }
    }

    private async Task FollowAsync(HttpContext http, TopicScan scan, IReadOnlyList<ScanRange> ranges, EventFilter? filter, CancellationTokenSource end)
    {
        var records = scan.FollowAsync(ranges, end.Token).GetAsyncEnumerator(CancellationToken.None);
        var next = Task.FromResult(false);
        try
        {
            var answer = await LiveAnswer.BeginAsync(http, time, end.Token);
            var limit = new TailLimit(ranges, MostPerSecond);
            using var timer = new PeriodicTimer(Second, time);
            var tick = timer.WaitForNextTickAsync(end.Token).AsTask();
            next = records.MoveNextAsync().AsTask();
            while (true)
            {
                if (await Task.WhenAny(tick, next) == tick)
                {
                    await tick;
                    tick = timer.WaitForNextTickAsync(end.Token).AsTask();
                    if (limit.Renew() is var skipped and > 0)
                    {
                        await answer.WriteAsync("skipped", new { Count = skipped }, end.Token);
                    }

                    await answer.BeatAsync(end.Token);
                    continue;
                }

                await next;
                var record = records.Current;
                if (filter?.Accepts(record.Value) != false && limit.Takes(record.Position))
                {
                    await answer.WriteAsync("record", Json(record), end.Token);
                }

                next = records.MoveNextAsync().AsTask();
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The page is closed, or the console ends.
        }
        finally
        {
            await end.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await records.DisposeAsync();
        }
    }

    private static ReadOnlyMemory<byte> Json(EventRecord record)
    {
        var line = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(line);
        RecordText.Write(json, record, MostBytes);
        json.Flush();
        return line.WrittenMemory;
    }

    private static EventFilter? Filter(HttpRequest request)
    {
        try
        {
            return request.Query["filter"] is { Count: > 0 } filters ? EventFilter.Of([.. filters]) : null;
        }
        catch (StreamRefusedException cause)
        {
            throw ConsoleRefusal.Bad(cause.Message);
        }
    }

    private static int Last(HttpRequest request) => request.Query["last"].ToString() is not { Length: > 0 } text ? 0
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var last) && last <= MostLast ? last
        : throw ConsoleRefusal.Bad($"last is '{Excerpt.Of(text)}'; allowed is 0 to {MostLast}.");
}
