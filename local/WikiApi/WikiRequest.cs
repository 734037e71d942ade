using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Millrace.Local;

/// <summary>A request for the content of one revision.</summary>
/// <param name="Domain">The wiki.</param>
/// <param name="Revision">The revision.</param>
internal sealed record WikiRequest(string Domain, long Revision)
{
    private static readonly (string Name, string[] Values)[] Parameters =
    [
        ("action", ["query"]),
        ("prop", ["revisions"]),
        ("rvslots", ["*", "main"]),
        ("rvprop", ["content"]),
        ("format", ["json"]),
        ("formatversion", ["2"]),
    ];

    /// <summary>Reads the path and the parameters; what the stand-in does not know is refused in the API's own way.</summary>
    public static bool TryRead(HttpRequest http, [NotNullWhen(true)] out WikiRequest? request, [NotNullWhen(false)] out WikiRefusal? refusal)
    {
        request = null;
        refusal = null;
        if (http.Path.Value?.Split('/') is not ["", { Length: > 0 } domain, "w", "api.php"] || !HttpMethods.IsGet(http.Method))
        {
            refusal = new WikiRefusal(StatusCodes.Status404NotFound, "notfound", "There is only GET /{domain}/w/api.php.");
            return false;
        }

        foreach (var (name, values) in Parameters)
        {
            var given = http.Query[name].ToString();
            if (!values.Contains(given))
            {
                refusal = given.Length == 0
                    ? new WikiRefusal("missingparam", $"The \"{name}\" parameter must be set; this stand-in knows {string.Join(" and ", values)}.")
                    : new WikiRefusal("badvalue", $"Unrecognized value for parameter \"{name}\": {given}. This stand-in knows {string.Join(" and ", values)}.");
                return false;
            }
        }

        return TryReadRevision(http.Query["revids"].ToString(), domain, out request, out refusal);
    }

    private static bool TryReadRevision(string given, string domain, [NotNullWhen(true)] out WikiRequest? request, [NotNullWhen(false)] out WikiRefusal? refusal)
    {
        request = null;
        refusal = given switch
        {
            "" => new WikiRefusal("missingparam", "The \"revids\" parameter must be set."),
            _ when given.Contains('|') => new WikiRefusal("toomanyvalues", "Too many values supplied for parameter \"revids\". The limit of this stand-in is 1."),
            _ when !long.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out _) =>
                new WikiRefusal("badinteger", $"Invalid value \"{given}\" for integer parameter \"revids\"."),
            _ => null,
        };
        if (refusal is not null)
        {
            return false;
        }

        request = new WikiRequest(domain, long.Parse(given, CultureInfo.InvariantCulture));
        return true;
    }
}
