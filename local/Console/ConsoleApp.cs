using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Millrace.Local;

/// <summary>The console: pages, and what they ask, on whatever web server.</summary>
/// <param name="platform">What is looked at.</param>
/// <param name="options">What it may do, and for whom.</param>
/// <param name="loggers">Where to log; nothing of an event is logged.</param>
internal sealed class ConsoleApp(Platform platform, ConsoleOptions options, ILoggerFactory loggers) : IDisposable
{
    private readonly ClusterWatch _watch = new(platform, options.Time, loggers.CreateLogger("Millrace.Console"));

    /// <summary>Who watches the cluster for the pages.</summary>
    public ClusterWatch Watch => _watch;

    /// <summary>Adds the routes.</summary>
    public void Map(WebApplication app)
    {
        var logger = loggers.CreateLogger("Millrace.Console");
        var gate = new ConsoleGate(options, platform, logger);
        var stopping = app.Lifetime.ApplicationStopping;
        var files = new PageFiles();
        Get("/", ConsoleAccess.Page, files.IndexAsync);
        Get("/assets/{**name}", ConsoleAccess.Page, files.AssetAsync);

        var session = new SessionApi(platform, options, gate, hasLatencies: false, logger);
        Get("/api/session", ConsoleAccess.Read, session.GetAsync);
        Post("/api/sign-in", ConsoleAccess.Sign, session.SignInAsync);
        Post("/api/sign-out", ConsoleAccess.Sign, SessionApi.SignOutAsync);
        Get("/api/graph", ConsoleAccess.Read, new GraphApi(platform).GetAsync);
        Get("/api/live", ConsoleAccess.Read, new LiveApi(_watch, options.Time, stopping).GetAsync);

        void Get(string route, ConsoleAccess access, Func<HttpContext, Task> answer) => app.MapMethods(route, ["GET"], http => gate.AnswerAsync(http, access, answer));

        void Post(string route, ConsoleAccess access, Func<HttpContext, Task> answer) => app.MapMethods(route, ["POST"], http => gate.AnswerAsync(http, access, answer));
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _watch.Dispose();
}
