using System.Net;
using System.Text;

namespace Millrace.Lookups.Tests;

/// <summary>Answers in the order of a script, the last line of it for ever, and remembers when it was asked.</summary>
internal sealed class ScriptedServer(TimeProvider time, params Func<CancellationToken, Task<HttpResponseMessage>>[] script) : HttpMessageHandler
{
    public List<DateTimeOffset> Times { get; } = [];

    public List<HttpRequestMessage> Requests { get; } = [];

    public int Count => Requests.Count;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Times.Add(time.GetUtcNow());
        Requests.Add(request);
        return script[Math.Min(Requests.Count, script.Length) - 1](cancellationToken);
    }
}

internal static class Answer
{
    public static Func<CancellationToken, Task<HttpResponseMessage>> Ok { get; } = Json("""{"ok":true}""");

    public static Func<CancellationToken, Task<HttpResponseMessage>> Json(string body) =>
        _ => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) });

    public static Func<CancellationToken, Task<HttpResponseMessage>> Bytes(byte[] body) =>
        _ => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(body) });

    public static Func<CancellationToken, Task<HttpResponseMessage>> Status(int status, string? retryAfter = null) => _ =>
    {
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent("no JSON") };
        if (retryAfter is not null)
        {
            response.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
        }

        return Task.FromResult(response);
    };

    public static Func<CancellationToken, Task<HttpResponseMessage>> Unreachable { get; } =
        _ => Task.FromException<HttpResponseMessage>(new HttpRequestException("connection refused"));

    public static Func<CancellationToken, Task<HttpResponseMessage>> Hang { get; } = cancellationToken =>
    {
        var never = new TaskCompletionSource<HttpResponseMessage>();
        cancellationToken.Register(() => never.TrySetCanceled(cancellationToken));
        return never.Task;
    };
}
