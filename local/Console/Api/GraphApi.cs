using Microsoft.AspNetCore.Http;

namespace Millrace.Local;

/// <summary>The streams and stages, and who reads and writes what.</summary>
internal sealed class GraphApi(Platform platform)
{
    private readonly StreamGraph _graph = StreamGraph.Of(platform.Catalog, withErrors: true);

    /// <summary><c>GET api/graph</c>.</summary>
    public Task GetAsync(HttpContext http) => ConsoleJson.WriteAsync(http, _graph);
}
