using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Millrace.Local.Tests;

/// <summary>Live streams over real connections; time is real here, so pauses are short and nothing depends on their length.</summary>
public sealed class ServerSentEventsOverTheWireTests
{
    private static readonly ServerSentEventsOptions Fast = new()
    {
        BaseDelay = TimeSpan.FromMilliseconds(1),
        MaxDelay = TimeSpan.FromMilliseconds(5),
    };

    [Fact]
    public async Task Cut_anywhere_a_stream_is_resumed_without_loss_or_repetition()
    {
        const int Seed = 20260131;
        const int Count = 200;
        var random = new Random(Seed);
        await using var server = await EventStreamServer.StartAsync(async (context, _) =>
        {
            // Each connection resumes after the id that it is given, and breaks off some bytes later.
            var last = context.Request.Headers["Last-Event-ID"].ToString();
            var first = last.Length == 0 ? 1 : int.Parse(last, CultureInfo.InvariantCulture) + 1;
            var rest = string.Concat(Enumerable.Range(first, Count - first + 1).Select(Frame));
            int cut;
            lock (random)
            {
                cut = random.Next(1, 600);
            }

            var bytes = Encoding.UTF8.GetBytes(rest);
            await context.SendAsync(bytes.AsMemory(0, Math.Min(cut, bytes.Length)));
            if (cut % 2 == 0)
            {
                context.Abort();
            }
        });

        var events = await TakeAsync(server, Count);

        Assert.True(
            Enumerable.Range(1, Count).Select(Text).SequenceEqual(events.Select(next => Encoding.UTF8.GetString(next.Data))),
            $"Events differ with seed {Seed}.");
        Assert.True(server.LastEventIds.Count > 10, "The stream was hardly cut.");

        static string Text(int number) => $"first ü\nsecond {number}";
        static string Frame(int number) => $"id: {number}\nevent: message\ndata: first ü\ndata: second {number}\n\n";
    }

    [Fact]
    public async Task Frames_may_be_split_at_any_byte()
    {
        var frames = "\uFEFFid: 1\r\ndata: eins ü\r\n\r\n: comment\r\nid: 2\ndata: zwei\ndata: 2\n\nevent: drei\rdata: 水\r\rid: 4\ndata: vier\n\n"u8.ToArray();
        await using var server = await EventStreamServer.StartAsync(async (context, number) =>
        {
            if (number <= frames.Length)
            {
                await context.SendAsync(frames.AsMemory(0, number));
                await context.SendAsync(frames.AsMemory(number));
            }
            else
            {
                foreach (var single in frames)
                {
                    await context.SendAsync(new[] { single });
                }
            }
        });

        var events = await TakeAsync(server, 4 * (frames.Length + 1));

        Assert.All(events.Chunk(4), four => Assert.Equal(
            [("1", "message", "eins ü"), ("2", "message", "zwei\n2"), ("2", "drei", "水"), ("4", "message", "vier")],
            four.Select(next => (next.Id!, next.EventType, Encoding.UTF8.GetString(next.Data)))));
    }

    [Fact]
    public async Task An_id_of_any_text_goes_back_as_it_came()
    {
        const string Id = """[{"topic":"eqiad.mediawiki.page_change.v1","partition":0,"offset":7},"ü水"]""";
        await using var server = await EventStreamServer.StartAsync((context, _) => context.SendAsync($"id: {Id}\ndata: x\n\n"));

        await TakeAsync(server, 2);

        Assert.Equal([null, Id], server.LastEventIds.Take(2));
    }

    [Fact]
    public async Task A_server_that_is_overloaded_is_asked_again()
    {
        await using var server = await EventStreamServer.StartAsync(async (context, number) =>
        {
            if (number < 4)
            {
                context.Response.StatusCode = number == 1 ? 503 : number == 2 ? 429 : 408;
                return;
            }

            await context.SendAsync("id: 1\ndata: x\n\n");
        });

        Assert.Equal("1", (await TakeAsync(server, 1))[0].Id);
        Assert.Equal(4, server.LastEventIds.Count);
    }

    [Fact]
    public async Task A_server_that_comes_back_on_the_same_port_is_found()
    {
        var port = FreePort();
        using var client = new ServerSentEvents(Fast, TimeProvider.System);
        await using var events = client.ReadAsync(new Uri($"http://127.0.0.1:{port}/")).GetAsyncEnumerator();
        var next = events.MoveNextAsync().AsTask();

        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        using var connection = await listener.AcceptTcpClientAsync();
        await connection.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: back\n\n"u8.ToArray());

        Assert.True(await next);
        Assert.Equal("back"u8.ToArray(), events.Current.Data);
    }

    [Fact]
    public async Task Leaving_the_stream_closes_its_connection()
    {
        var closed = new TaskCompletionSource();
        await using var server = await EventStreamServer.StartAsync(async (context, _) =>
        {
            context.RequestAborted.Register(closed.SetResult);
            await context.SendAsync("data: x\n\n");
            await closed.Task;
        });

        await TakeAsync(server, 1);

        await closed.Task;
    }

    [Fact]
    public async Task An_event_that_is_too_large_ends_the_feed()
    {
        await using var server = await EventStreamServer.StartAsync(async (context, _) =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.SendAsync(new string('x', 10_000));
            }
        });

        var exception = await Assert.ThrowsAsync<FeedException>(() => TakeAsync(server, 1, new ServerSentEventsOptions { MaxEventBytes = 100_000 }));

        Assert.Contains("100000 bytes", exception.Message, StringComparison.Ordinal);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<List<SseEvent>> TakeAsync(EventStreamServer server, int count, ServerSentEventsOptions? options = null)
    {
        using var client = new ServerSentEvents(options ?? Fast, TimeProvider.System);
        var events = new List<SseEvent>();
        await foreach (var next in client.ReadAsync(server.Uri))
        {
            events.Add(next);
            if (events.Count == count)
            {
                break;
            }
        }

        return events;
    }
}
