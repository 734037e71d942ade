using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Millrace.Broker.Faults;

/// <summary>A loopback HTTP endpoint that shows the state of a broker and plans its faults.</summary>
/// <remarks>
/// For whoever is on the machine, so it refuses what a web page sends (any request with an <c>Origin</c>, and any other
/// <c>Host</c>). One request is answered at a time, and a body has to be there within <see cref="Patience"/>.
/// </remarks>
internal sealed partial class ControlEndpoint : IAsyncDisposable
{
    /// <summary>The longest body, in bytes.</summary>
    public const int MaxBody = 64 * 1024;

    /// <summary>How long a body may take to come.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly HttpListener _listener;
    private readonly ControlRoutes _routes;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Task _serving;
    private volatile bool _stopping;

    private ControlEndpoint(HttpListener listener, Uri address, ControlRoutes routes, TimeProvider time, ILogger logger)
    {
        (_listener, Address, _routes, _time, _logger) = (listener, address, routes, time, logger);
        _serving = ServeAsync();
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Begins to listen.</summary>
    /// <param name="port">A port of the loopback interface; 0 for any that is free.</param>
    /// <param name="broker">What is shown and done.</param>
    /// <param name="plan">The faults.</param>
    /// <param name="time">The clock of <see cref="Patience"/>.</param>
    /// <param name="logger">Where it is told what went wrong.</param>
    /// <exception cref="HttpListenerException">The port is taken.</exception>
    public static ControlEndpoint Start(int port, IBrokerControl broker, FaultPlan plan, TimeProvider time, ILogger logger)
    {
        for (var attempt = 1; ; attempt++)
        {
            var address = new Uri($"http://127.0.0.1:{(port == 0 ? FreePort() : port)}/");
            var listener = new HttpListener { Prefixes = { address.ToString() } };
            try
            {
                listener.Start();
                return new ControlEndpoint(listener, address, new ControlRoutes(broker, plan), time, logger);
            }
            catch (HttpListenerException) when (port == 0 && attempt < 10)
            {
                // Somebody else took the free port in between.
                listener.Close();
            }
        }
    }

    /// <summary>Stops listening, after the request that is being answered.</summary>
    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    private static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    private async Task ServeAsync()
    {
        while (!_stopping && _listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                await AnswerAsync(context);
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException or IOException or InvalidOperationException)
            {
                if (!_stopping)
                {
                    Failed(_logger, error);
                }
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var request = context.Request;
        var answer = request.Headers["Origin"] is { } origin ? ControlAnswer.Error(HttpStatusCode.Forbidden, $"A web page ('{origin}') may not ask.")
            : await BodyAsync(request) is { } body ? await _routes.AnswerAsync(request.HttpMethod, request.Url!.AbsolutePath, body)
            : ControlAnswer.Error(HttpStatusCode.RequestEntityTooLarge, $"A body has at most {MaxBody} bytes, and comes within {Patience.TotalSeconds} seconds.");
        using var response = context.Response;
        response.StatusCode = (int)answer.Status;
        response.ContentType = "application/json";
        // The listener may close a connection that its client has just chosen for the next request, which then fails.
        response.KeepAlive = false;
        response.ContentLength64 = answer.Body.Length;
        await response.OutputStream.WriteAsync(answer.Body);
    }

    private async Task<byte[]?> BodyAsync(HttpListenerRequest request)
    {
        using var patience = new CancellationTokenSource(Patience, _time);
        var body = new byte[MaxBody + 1];
        var length = 0;
        try
        {
            // The listener's streams do not look at the token while they wait.
            for (int read; length < body.Length && (read = await request.InputStream.ReadAsync(body.AsMemory(length), patience.Token).AsTask().WaitAsync(patience.Token)) > 0;)
            {
                length += read;
            }
        }
        catch (OperationCanceledException)
        {
            return null;
        }

        return length <= MaxBody ? body[..length] : null;
    }

    [LoggerMessage(1, LogLevel.Warning, "A request to the broker's control endpoint failed")]
    private static partial void Failed(ILogger logger, Exception error);
}
