using Microsoft.AspNetCore.Http;
using Millrace.Core;

namespace Millrace.Intake;

/// <summary>Tells browsers which other origins' pages may use the intake.</summary>
internal sealed class CrossOrigin
{
    private readonly HashSet<string> _origins;
    private readonly bool _isOpen;

    /// <exception cref="CatalogException">An origin is none.</exception>
    public CrossOrigin(IntakeOptions options)
    {
        foreach (var origin in options.CorsOrigins.Where(origin => origin != "*"))
        {
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.GetLeftPart(UriPartial.Authority) != origin)
            {
                throw new CatalogException($"Intake:CorsOrigins has '{origin}'; allowed is an origin such as https://example.org, in lower case and without a path, or *.");
            }
        }

        _origins = [.. options.CorsOrigins];
        _isOpen = _origins.Contains("*");
    }

    /// <summary>Adds what a browser asks for, where its page's origin is one of those that may.</summary>
    public void Tell(HttpRequest request, HttpResponse response)
    {
        if (_origins.Count == 0)
        {
            return;
        }

        response.Headers.Vary = "Origin";
        if (request.Headers.Origin.ToString() is not { Length: > 0 } origin || !(_isOpen || _origins.Contains(origin)))
        {
            return;
        }

        response.Headers.AccessControlAllowOrigin = _isOpen ? "*" : origin;
        response.Headers.AccessControlExposeHeaders = "Retry-After";
        if (HttpMethods.IsOptions(request.Method))
        {
            response.Headers.AccessControlAllowMethods = "GET, POST";
            response.Headers.AccessControlAllowHeaders = "Content-Type, Content-Encoding, X-Request-ID, X-API-Key, Authorization, traceparent";
            response.Headers.AccessControlMaxAge = "600";
        }
    }
}
