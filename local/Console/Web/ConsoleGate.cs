using System.Net;
using Confluent.Kafka;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Millrace.Core;
using Millrace.Schemas;

namespace Millrace.Local;

/// <summary>Lets requests in, or refuses them, and says what is wrong in one form.</summary>
/// <remarks>
/// Without a token only connections to this machine's own addresses are answered, and only by names of it: a page that had its own name lead here
/// (DNS rebinding) is refused. What other sites' pages ask for is refused, whether or not they could see the answer.
/// </remarks>
internal sealed partial class ConsoleGate(ConsoleOptions options, Platform platform, ILogger logger)
{
    /// <summary>The header in which the pages bring what only they know.</summary>
    public const string CsrfHeader = "X-Millrace-Csrf";

    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private readonly SessionCookie _cookie = new(options.Time);

    /// <summary>The browsers that are known.</summary>
    public SessionCookie Cookie => _cookie;

    /// <summary>Answers a request, if it is let in.</summary>
    public async Task AnswerAsync(HttpContext http, ConsoleAccess access, Func<HttpContext, Task> answer)
    {
        Protect(http.Response, access);
        try
        {
            Require(http, access);
            await answer(http);
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for the answer.
        }
        catch (Exception failure) when (!http.Response.HasStarted)
        {
            await ConsoleJson.WriteAsync(http, RefusalOf(http, failure));
        }
        catch (Exception failure)
        {
            // Half an answer must not look like a whole one.
            Failed(logger, failure, http.Request.Method, http.Request.Path);
            http.Abort();
        }
    }

    /// <summary>Whether a token is the one that is required.</summary>
    public bool Admits(string token) => options.Token is null || Secret.Equal(token, options.Token);

    /// <summary>Refuses what changes something, where that is not allowed.</summary>
    /// <exception cref="ConsoleRefusal">The console only reads.</exception>
    public void RequireChanges()
    {
        if (!options.AllowChanges)
        {
            throw new ConsoleRefusal(StatusCodes.Status403Forbidden, "This console only reads", "It was started without --allow-changes: nothing is sent or replayed.");
        }
    }

    /// <summary>Who makes a request, for the log.</summary>
    public string NameOf(HttpContext http) => options.Token is null ? "local" : HasBearer(http) ? "bearer of the token" : $"session {_cookie.Read(http)?.Nonce[..8]}";

    private static void Protect(HttpResponse response, ConsoleAccess access)
    {
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        response.Headers.CacheControl = access == ConsoleAccess.Page ? "no-cache" : "no-store";
    }

    private void Require(HttpContext http, ConsoleAccess access)
    {
        RequirePlace(http);
        if (access == ConsoleAccess.Page)
        {
            return;
        }

        RequireSameOrigin(http.Request);
        if (access == ConsoleAccess.Sign)
        {
            return;
        }

        var isBearer = HasBearer(http);
        var session = _cookie.Read(http);
        if (options.Token is not null && !isBearer && session is null)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            throw new ConsoleRefusal(StatusCodes.Status401Unauthorized, "Sign in", "This console wants its token: POST api/sign-in, or Authorization: Bearer.");
        }

        // A program that brings the token itself is no page that was talked into anything.
        if (access >= ConsoleAccess.Post && !isBearer && (session is null || !Secret.Equal(http.Request.Headers[CsrfHeader].ToString(), _cookie.CsrfOf(session))))
        {
            throw new ConsoleRefusal(StatusCodes.Status403Forbidden, "Not from this console's pages", $"The header {CsrfHeader} has to have the csrf of GET api/session, and the request that session's cookie.");
        }

        if (access == ConsoleAccess.Change)
        {
            RequireChanges();
        }
    }

    private void RequirePlace(HttpContext http)
    {
        if (options.Token is not null)
        {
            return;
        }

        if (http.Connection.LocalIpAddress is { } address && !IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address))
        {
            throw new ConsoleRefusal(StatusCodes.Status403Forbidden, "Not from elsewhere", "A console without a token answers on the loopback interface only.");
        }

        var host = http.Request.Host.Host;
        if (host is not ("localhost" or "[::1]") && !(IPAddress.TryParse(host, out var named) && IPAddress.IsLoopback(named)))
        {
            throw new ConsoleRefusal(
                StatusCodes.Status421MisdirectedRequest, "Not the name of this machine", $"The request's Host is '{Excerpt.Of(host)}'; allowed is localhost, 127.0.0.1 or [::1].");
        }
    }

    // Browsers say where a request comes from, and pages cannot say otherwise; programs say nothing.
    private static void RequireSameOrigin(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        var origin = request.Headers.Origin.ToString();
        var isOwn = site.Length > 0 ? site is "same-origin" or "none"
            : origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out var from) && string.Equals(from.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
        if (!isOwn)
        {
            throw new ConsoleRefusal(StatusCodes.Status403Forbidden, "Not from this console's pages", "Another site's page has made this request, and is not answered.");
        }
    }

    private bool HasBearer(HttpContext http) =>
        options.Token is not null && http.Request.Headers.Authorization.ToString() is var header && header.StartsWith("Bearer ", StringComparison.Ordinal) && Admits(header["Bearer ".Length..]);

    private ConsoleRefusal RefusalOf(HttpContext http, Exception failure)
    {
        switch (failure)
        {
            case ConsoleRefusal refusal:
                return refusal;
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return new ConsoleRefusal(StatusCodes.Status413PayloadTooLarge, "Too large", "The body is larger than this route takes.");
            case BadHttpRequestException bad:
                return new ConsoleRefusal(bad.StatusCode, "The request cannot be used", bad.Message);
            case KafkaException cause:
                return new ConsoleRefusal(StatusCodes.Status503ServiceUnavailable, "Kafka does not answer", platform.Explain(cause));
            case FailoverException unreachable:
                return new ConsoleRefusal(StatusCodes.Status503ServiceUnavailable, "Kafka does not answer", unreachable.Message);
            case UsageException or CatalogException or SchemaException:
                return ConsoleRefusal.Bad(failure.Message);
            default:
                Failed(logger, failure, http.Request.Method, http.Request.Path);
                return new ConsoleRefusal(StatusCodes.Status500InternalServerError, "The console failed", "What happened stands in its log.");
        }
    }
}
