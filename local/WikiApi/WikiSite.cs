using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Millrace.Local;

/// <summary>What a wiki says of itself: <c>GET /{domain}/w/api.php?action=query&amp;meta=siteinfo&amp;siprop=general&amp;format=json&amp;formatversion=2</c>.</summary>
internal static class WikiSite
{
    private static readonly (string Name, string Value)[] Parameters =
        [("action", "query"), ("meta", "siteinfo"), ("siprop", "general"), ("format", "json"), ("formatversion", "2")];

    /// <summary>Whether a wiki is asked for its name, and which one.</summary>
    public static bool TryRead(HttpRequest http, [NotNullWhen(true)] out string? domain)
    {
        domain = HttpMethods.IsGet(http.Method) && http.Path.Value?.Split('/') is ["", { Length: > 0 } wiki, "w", "api.php"] ? wiki : null;
        return domain is not null && Parameters.All(parameter => http.Query[parameter.Name] == parameter.Value);
    }

    /// <summary>Writes the name: the domain without its last part, since these wikis do not exist.</summary>
    public static async Task WriteAsync(HttpResponse response, string domain, CancellationToken cancellationToken)
    {
        response.ContentType = "application/json; charset=utf-8";
        await using var json = new Utf8JsonWriter(response.BodyWriter.AsStream(leaveOpen: true));
        json.WriteStartObject();
        json.WriteBoolean("batchcomplete", true);
        json.WriteStartObject("query");
        json.WriteStartObject("general");
        json.WriteString("sitename", Path.GetFileNameWithoutExtension(domain));
        json.WriteString("server", $"//{domain}");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        await json.FlushAsync(cancellationToken);
    }
}
