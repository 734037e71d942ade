using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Millrace.Lookups.Tests;

/// <summary>What a scripted server cannot show: real connections that break, hang and lie.</summary>
public sealed class HttpLookupOverTheWireTests
{
    private static readonly byte[] Ok = """{"ok":true}"""u8.ToArray();

    [Fact]
    public async Task A_connection_that_is_reset_is_tried_again()
    {
        await AssertRecoversAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task A_body_that_breaks_off_before_its_announced_length_is_tried_again()
    {
        await AssertRecoversAsync(async context =>
        {
            context.Response.ContentLength = Ok.Length;
            await context.Response.Body.WriteAsync(Ok.AsMemory(0, 4));
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
    }

    [Fact]
    public async Task A_chunked_body_that_breaks_off_is_tried_again_even_if_it_is_whole_json_so_far()
    {
        await AssertRecoversAsync(async context =>
        {
            await context.Response.Body.WriteAsync(Ok);
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
    }

    [Fact]
    public async Task A_body_that_stops_half_way_is_given_up_in_time_and_tried_again()
    {
        await AssertRecoversAsync(async context =>
        {
            await context.Response.Body.WriteAsync(Ok.AsMemory(0, 4));
            await context.Response.Body.FlushAsync();
            await UntilAbandonedAsync(context);
        });
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_given_up_in_time_and_tried_again() => await AssertRecoversAsync(UntilAbandonedAsync);

    [Fact]
    public async Task A_compressed_body_that_is_damaged_is_tried_again()
    {
        await AssertRecoversAsync(async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await context.Response.Body.WriteAsync(Encoding.ASCII.GetBytes("this is no gzip at all"));
        });
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Compressed_answers_are_read(string encoding)
    {
        await using var server = await LoopbackServer.StartAsync((context, _) => WriteCompressedAsync(context, encoding, Ok));
        using var lookup = Lookup();

        Assert.True((await lookup.GetJsonAsync(server.Uri)).GetProperty("ok").GetBoolean());
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task The_limit_counts_what_comes_out_of_a_compressed_answer(string encoding)
    {
        var bomb = new byte[64 * 1024 * 1024];
        await using var server = await LoopbackServer.StartAsync((context, _) => WriteCompressedAsync(context, encoding, bomb));
        using var lookup = Lookup();
        await AssertTooLargeAsync(lookup, server);
    }

    [Fact]
    public async Task An_endless_answer_is_left_at_the_limit()
    {
        await using var server = await LoopbackServer.StartAsync(async (context, _) =>
        {
            var block = new byte[64 * 1024];
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(block);
            }
        });
        using var lookup = Lookup();
        await AssertTooLargeAsync(lookup, server);
    }

    [Fact]
    public async Task An_answer_that_announces_too_much_is_not_even_read()
    {
        await using var server = await LoopbackServer.StartAsync(async (context, _) =>
        {
            context.Response.ContentLength = 1L << 40;
            await context.Response.Body.FlushAsync();
            await UntilAbandonedAsync(context);
        });
        using var lookup = Lookup();
        await AssertTooLargeAsync(lookup, server);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var server = await LoopbackServer.StartAsync((context, _) =>
        {
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        });
        using var lookup = Lookup();

        var failure = await Assert.ThrowsAsync<LookupException>(async () => await lookup.GetJsonAsync(server.Uri));

        Assert.Equal(HttpStatusCode.Redirect, failure.Status);
        Assert.Equal(1, server.Count);
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_unreachable()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using var lookup = Lookup();

        var failure = await Assert.ThrowsAsync<LookupException>(async () => await lookup.GetJsonAsync(new Uri($"http://127.0.0.1:{port}/")));

        Assert.Equal(LookupErrorTypes.Unreachable, failure.Error.Type);
        Assert.Equal(3, failure.Attempts);
    }

    [Fact]
    public async Task A_host_that_is_not_allowed_is_never_connected_to()
    {
        await using var server = await LoopbackServer.StartAsync((context, _) => Task.CompletedTask);
        using var lookup = new HttpLookup(Some.Options(), TimeProvider.System);

        var failure = await Assert.ThrowsAsync<LookupException>(async () => await lookup.GetJsonAsync(server.Uri));

        Assert.Equal(LookupErrorTypes.RefusedHost, failure.Error.Type);
        Assert.Equal(0, server.Count);
    }

    [Fact]
    public async Task A_request_carries_the_trace_that_it_belongs_to()
    {
        string? seen = null;
        await using var server = await LoopbackServer.StartAsync(async (context, _) =>
        {
            seen = context.Request.Headers.TraceParent;
            await context.Response.Body.WriteAsync(Ok);
        });
        using var lookup = Lookup();
        using var activity = new Activity("stage").SetIdFormat(ActivityIdFormat.W3C).Start();

        await lookup.GetJsonAsync(server.Uri);

        Assert.Contains(activity.TraceId.ToHexString(), seen, StringComparison.Ordinal);
    }

    private static async Task AssertRecoversAsync(Func<HttpContext, Task> fault)
    {
        await using var server = await LoopbackServer.StartAsync(async (context, number) =>
        {
            if (number == 1)
            {
                await fault(context);
            }
            else
            {
                await context.Response.Body.WriteAsync(Ok);
            }
        });
        using var lookup = Lookup();

        Assert.True((await lookup.GetJsonAsync(server.Uri)).GetProperty("ok").GetBoolean());
        Assert.Equal(2, server.Count);
    }

    private static async Task AssertTooLargeAsync(HttpLookup lookup, LoopbackServer server)
    {
        var failure = await Assert.ThrowsAsync<LookupException>(async () => await lookup.GetAsync(server.Uri));

        Assert.Equal(LookupErrorTypes.TooLarge, failure.Error.Type);
        Assert.Equal(1, server.Count);
    }

    private static async Task UntilAbandonedAsync(HttpContext context)
    {
        var abandoned = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(abandoned.SetResult);
        await abandoned.Task;
    }

    private static async Task WriteCompressedAsync(HttpContext context, string encoding, byte[] body)
    {
        context.Response.Headers.ContentEncoding = encoding;
        await using Stream stream = encoding == "br"
            ? new BrotliStream(context.Response.Body, CompressionLevel.Fastest)
            : new GZipStream(context.Response.Body, CompressionLevel.Fastest);
        try
        {
            await stream.WriteAsync(body);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The client has seen enough.
        }
    }

    /// <summary>Over real connections time is real, so pauses are short, and timeouts are long enough for a busy machine to answer.</summary>
    private static HttpLookup Lookup()
    {
        var options = Some.Options("127.0.0.1");
        options.BaseDelay = options.MaxDelay = TimeSpan.FromMilliseconds(1);
        options.AttemptTimeout = TimeSpan.FromSeconds(2);
        options.MaxAnswerBytes = 1024 * 1024;
        return new HttpLookup(options, TimeProvider.System);
    }
}
