using Microsoft.AspNetCore.Builder;

namespace Millrace.FunctionsHost;

/// <summary>What a program that hosts the application serves beside the functions that have an HTTP trigger: among the application's services.</summary>
/// <param name="map">Adds the routes, before the server listens; routing stands, and no route of a function may be taken.</param>
/// <remarks>The server listens for it alone, too; without a port it is not served. Requests that go on for ever have to end when the web application's lifetime is stopping.</remarks>
public sealed class WebExtension(Action<WebApplication> map)
{
    internal void Map(WebApplication app) => map(app);
}
