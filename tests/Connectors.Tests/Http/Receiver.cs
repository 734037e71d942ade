using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Millrace.Connectors.Tests;

/// <summary>A real server on the loopback address, which answers each request as it is told to, and keeps all of them.</summary>
internal sealed class Receiver : IDisposable
{
    private readonly WebApplication _server;
    private readonly ConcurrentQueue<Posted> _posted = new();

    public Receiver()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(ServeAsync);
        _server.StartAsync().GetAwaiter().GetResult();
        Address = $"{_server.Urls.Single()}/events";
    }

    public string Address { get; }

    /// <summary>Given the request and its number, from 1; null breaks the connection off.</summary>
    public Func<Posted, int, Answer?> OnPost { get; set; } = (_, _) => new Answer(200);

    public IReadOnlyList<Posted> Posts => [.. _posted];

    public IEnumerable<string?> Keys => Posts.Select(post => post.Key);

    public void Dispose() => _server.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private async Task ServeAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        var headers = http.Request.Headers;
        var post = new Posted(headers["Idempotency-Key"], http.Request.ContentType, body, headers.Authorization);
        _posted.Enqueue(post);
        if (OnPost(post, _posted.Count) is not { } answer)
        {
            http.Response.ContentLength = 100;
            await http.Response.Body.WriteAsync("half an "u8.ToArray());
            await http.Response.Body.FlushAsync();
            http.Abort();
            return;
        }

        http.Response.StatusCode = answer.Status;
        if (answer.RetryAfter is { } pause)
        {
            http.Response.Headers.RetryAfter = pause;
        }

        await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(answer.Body));
    }
}

internal sealed record Posted(string? Key, string? ContentType, string Body, string? Authorization);

internal sealed record Answer(int Status, string Body = "", string? RetryAfter = null);
