using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Millrace.Local;

/// <summary>Who looks at the console, and what the console is.</summary>
internal sealed partial class SessionApi(Platform platform, ConsoleOptions options, ConsoleGate gate, bool hasLatencies, ILogger logger)
{
    private static readonly string Version = typeof(SessionApi).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    /// <summary><c>GET api/session</c>: what the console is, and what its pages have to bring with what they post.</summary>
    public Task GetAsync(HttpContext http)
    {
        // One that has brought the token itself needs no session.
        var session = gate.Cookie.Read(http) is { } known && known.Expires - options.Time.GetUtcNow() > SessionCookie.Lifetime / 2 ? known
            : options.Token is null || gate.Cookie.Read(http) is not null ? gate.Cookie.Write(http) : null;
        return ConsoleJson.WriteAsync(http, new
        {
            options.AllowChanges,
            Csrf = session is null ? null : gate.Cookie.CsrfOf(session),
            platform.Datacenter,
            Kafka = platform.Kafka.BootstrapServers,
            Version,
            Metrics = hasLatencies,
            HasToken = options.Token is not null,
        });
    }

    /// <summary><c>POST api/sign-in</c>: begins a session for whoever knows the token.</summary>
    public async Task SignInAsync(HttpContext http)
    {
        var token = JsonElement.Parse((await ConsoleBody.ReadAsync(http, 4 * 1024)).Span).TryGetProperty("token", out var given) && given.ValueKind == JsonValueKind.String ? given.GetString()! : "";
        if (!gate.Admits(token))
        {
            Refused(logger, http.Connection.RemoteIpAddress);
            throw new ConsoleRefusal(StatusCodes.Status401Unauthorized, "Sign in", "That is not the token of this console.");
        }

        gate.Cookie.Write(http);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary><c>POST api/sign-out</c>: ends the session.</summary>
    public static Task SignOutAsync(HttpContext http)
    {
        SessionCookie.Delete(http);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    [LoggerMessage(1, LogLevel.Warning, "{Address} tried to sign in with a token that is not the console's")]
    private static partial void Refused(ILogger logger, System.Net.IPAddress? address);
}
