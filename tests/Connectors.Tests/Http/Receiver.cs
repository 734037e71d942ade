using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Millrace.Connectors.Tests;

/// <summary>A real server on the loopback address, which answers each request as it is told to, and keeps all of them.</summary>
internal sealed class Receiver : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<Posted> _posted = new();

    public Receiver()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        Address = $"http://127.0.0.1:{port}/events";
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        _listener.Start();
        _ = ServeAsync();
    }

    public string Address { get; }

    /// <summary>Given the request and its number, from 1; null breaks the connection off.</summary>
    public Func<Posted, int, Answer?> OnPost { get; set; } = (_, _) => new Answer(200);

    public IReadOnlyList<Posted> Posts => [.. _posted];

    public IEnumerable<string?> Keys => Posts.Select(post => post.Key);

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                await ServeAsync(await _listener.GetContextAsync());
            }
        }
        catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(HttpListenerContext context)
    {
        using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
        var headers = context.Request.Headers;
        var post = new Posted(headers["Idempotency-Key"], context.Request.ContentType, await reader.ReadToEndAsync(), headers["Authorization"]);
        _posted.Enqueue(post);
        if (OnPost(post, _posted.Count) is not { } answer)
        {
            context.Response.ContentLength64 = 100;
            await context.Response.OutputStream.WriteAsync("half an "u8.ToArray());
            context.Response.Abort();
            return;
        }

        context.Response.StatusCode = answer.Status;
        if (answer.RetryAfter is { } pause)
        {
            context.Response.Headers["Retry-After"] = pause;
        }

        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer.Body));
        context.Response.Close();
    }
}

internal sealed record Posted(string? Key, string? ContentType, string Body, string? Authorization);

internal sealed record Answer(int Status, string Body = "", string? RetryAfter = null);
