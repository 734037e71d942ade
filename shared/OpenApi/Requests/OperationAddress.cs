using System.Text;
using System.Text.Json;
using Millrace.Core;

namespace Millrace.OpenApi;

/// <summary>Makes the addresses of an operation: the server and the path are the configuration's, and an event fills only the places that are left open.</summary>
/// <remarks>
/// Values are escaped, so that none is more than its place: a slash in a value is no slash of the path. What addresses drop by
/// themselves (a path's <c>.</c> and <c>..</c>) is found by comparing what was written with what the address became.
/// </remarks>
internal sealed class OperationAddress
{
    private const int MaxLength = 8_000;

    private readonly Uri _server;
    private readonly string _path;
    private readonly BoundParameter[] _inPath;
    private readonly BoundParameter[] _inQuery;

    /// <param name="server">The server's address; paths are below it.</param>
    /// <param name="path">The operation's path.</param>
    /// <param name="parameters">What is bound of its parameters.</param>
    public OperationAddress(Uri server, string path, IEnumerable<BoundParameter> parameters)
    {
        _server = server;
        _path = server.AbsolutePath.TrimEnd('/') + path;
        _inPath = [.. parameters.Where(bound => bound.Parameter.In == "path")];
        _inQuery = [.. parameters.Where(bound => bound.Parameter.In == "query")];
    }

    /// <summary>The address for an event.</summary>
    /// <exception cref="StageException">A value is missing, or cannot be used.</exception>
    public Uri For(JsonElement @event)
    {
        var path = Path(@event);
        var query = new StringBuilder();
        foreach (var bound in _inQuery)
        {
            if (bound.Text(@event) is { } text)
            {
                query.Append(query.Length == 0 ? '?' : '&').Append(Uri.EscapeDataString(bound.Parameter.Name)).Append('=').Append(text);
            }
        }

        var authority = _server.GetLeftPart(UriPartial.Authority);
        if (authority.Length + path.Length + query.Length > MaxLength)
        {
            throw Refused($"the address would be {authority.Length + path.Length + query.Length:N0} characters long; allowed are {MaxLength:N0}");
        }

        return Uri.TryCreate(authority + path + query, UriKind.Absolute, out var address)
            && address.GetLeftPart(UriPartial.Authority) == authority && address.AbsolutePath == path && address.Query == query.ToString() && address.Fragment.Length == 0
            ? address
            : throw Refused($"the address {Excerpt.Of(authority + path)} would not be what it says");
    }

    private string Path(JsonElement @event)
    {
        var path = new StringBuilder();
        var rest = _path.AsSpan();
        while (rest.IndexOf('{') is var open and >= 0)
        {
            var close = open + rest[open..].IndexOf('}');
            var name = rest[(open + 1)..close].ToString();
            var bound = Array.Find(_inPath, bound => bound.Parameter.Name == name)!;
            var text = bound.Text(@event);
            path.Append(rest[..open]).Append(text is { Length: > 0 } ? text : throw bound.Invalid(bound.Value(@event), "where nothing cannot stand"));
            rest = rest[(close + 1)..];
        }

        return path.Append(rest).ToString();
    }

    private static StageException Refused(string why) =>
        new(new StageError(OpenApiErrorTypes.InvalidParameter, $"With the event's values, {why}; nothing was asked."));
}
