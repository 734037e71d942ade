using Microsoft.AspNetCore.Http;

namespace Millrace.Intake;

/// <summary>A document that comes with the intake.</summary>
/// <param name="ContentType">What it is.</param>
/// <param name="Bytes">Its content.</param>
internal sealed record Page(string ContentType, byte[] Bytes)
{
    /// <summary>The description of the intake, by OpenAPI.</summary>
    public static Page Description { get; } = new("application/json", Read("openapi.json"));

    /// <summary>The page to try it.</summary>
    public static Page Try { get; } = new("text/html; charset=utf-8", Read("try.html"));

    /// <summary>Answers with a page; a browser is told that it may load nothing from elsewhere.</summary>
    public static async Task WriteAsync(HttpContext http, Page page)
    {
        ArgumentNullException.ThrowIfNull(http);
        http.Response.ContentType = page.ContentType;
        http.Response.ContentLength = page.Bytes.Length;
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; connect-src 'self'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; frame-ancestors 'none'";
        await http.Response.Body.WriteAsync(page.Bytes, http.RequestAborted).ConfigureAwait(false);
    }

    private static byte[] Read(string name)
    {
        using var resource = typeof(Page).Assembly.GetManifestResourceStream($"Millrace.Intake.{name}")!;
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }
}
