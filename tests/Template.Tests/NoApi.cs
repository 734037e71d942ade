using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Millrace.Template.Tests;

/// <summary>A server at the address of an API that answers everything with a page for people, as a proxy does whose API is gone.</summary>
internal sealed class NoApi : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _answering;

    public NoApi()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/");
        probe.Stop();
        Template = address + "{domain}/w/api.php";
        _listener.Prefixes.Add(address);
        _listener.Start();
        _answering = AnswerAsync();
    }

    /// <summary>Where stages are to look.</summary>
    public string Template { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _answering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task AnswerAsync()
    {
        while (true)
        {
            var call = await _listener.GetContextAsync();
            call.Response.ContentType = "text/html";
            await call.Response.OutputStream.WriteAsync("<html>It works!</html>"u8.ToArray());
            call.Response.Close();
        }
    }
}
