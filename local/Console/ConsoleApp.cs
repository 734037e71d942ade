using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Millrace.Hosting;
using Millrace.Intake;
using Millrace.Schemas;

namespace Millrace.Local;

/// <summary>The console: pages, and what they ask, on whatever web server.</summary>
internal sealed class ConsoleApp : IDisposable
{
    private readonly Platform _platform;
    private readonly ConsoleOptions _options;
    private readonly ILogger _logger;
    private readonly ILatencySource? _latencies;
    private readonly MetricPages? _metrics;
    private readonly ScanTurns _turns;
    private readonly IntakeService _intake;
    private readonly SchemaRepository _schemas;
    private ReplayApi? _replays;

    /// <summary>A console of a platform; nothing is connected before it is asked for something.</summary>
    /// <param name="platform">What is looked at.</param>
    /// <param name="options">What it may do, and for whom.</param>
    /// <param name="loggers">Where to log; nothing of an event is logged.</param>
    /// <param name="metrics">Where processes that run stages show what they measure; null where nothing is known of it.</param>
    /// <param name="latencies">Who knows latencies better than these do; null is nobody.</param>
    /// <exception cref="Core.CatalogException">A setting cannot be used, or a stage cannot run in the datacenter.</exception>
    public ConsoleApp(Platform platform, ConsoleOptions options, ILoggerFactory loggers, Func<IReadOnlyList<Uri>>? metrics = null, ILatencySource? latencies = null)
    {
        foreach (var stage in platform.Catalog.Stages)
        {
            _ = stage.TopicsToRead(platform.Datacenter);
        }

        (_platform, _options, _logger) = (platform, options, loggers.CreateLogger("Millrace.Console"));
        var millrace = SettingsSection.Bind<MillraceOptions>(platform.Settings, "Millrace");
        millrace.Datacenter = platform.Datacenter;
        _schemas = SchemaSetup.Open(millrace, options.Time);
        _intake = new IntakeService(SettingsSection.Bind<IntakeOptions>(platform.Settings, "Intake"), millrace, platform.Kafka, platform.Catalog.Streams, _schemas, options.Time, loggers);
        _metrics = metrics is null ? null : new MetricPages(metrics, options.Time);
        _latencies = latencies ?? _metrics;
        _turns = new ScanTurns(options.Time);
        Watch = new ClusterWatch(platform, options.Time, _logger);
    }

    /// <summary>Who watches the cluster for the pages.</summary>
    public ClusterWatch Watch { get; }

    /// <summary>Adds the routes.</summary>
    public void Map(WebApplication app)
    {
        var gate = new ConsoleGate(_options, _platform, _logger);
        var stopping = app.Lifetime.ApplicationStopping;
        var files = new PageFiles();
        Get("/", ConsoleAccess.Page, files.IndexAsync);
        Get("/assets/{**name}", ConsoleAccess.Page, files.AssetAsync);

        var session = new SessionApi(_platform, _options, gate, _latencies is not null, _logger);
        Get("/api/session", ConsoleAccess.Read, session.GetAsync);
        Post("/api/sign-in", ConsoleAccess.Sign, session.SignInAsync);
        Post("/api/sign-out", ConsoleAccess.Sign, SessionApi.SignOutAsync);

        Get("/api/graph", ConsoleAccess.Read, new GraphApi(_platform).GetAsync);
        Get("/api/live", ConsoleAccess.Read, new LiveApi(Watch, _options.Time, stopping).GetAsync);
        Get("/api/stages/{name}", ConsoleAccess.Read, new StageApi(_platform, Watch, _latencies, _metrics).GetAsync);

        var streams = new StreamApi(_platform, Watch, _schemas);
        Get("/api/streams/{name}", ConsoleAccess.Read, streams.GetAsync);
        Get("/api/streams/{name}/schemas/{version}", ConsoleAccess.Read, streams.SchemaAsync);
        Get("/api/streams/{name}/ddl", ConsoleAccess.Read, streams.DdlAsync);
        Get("/api/streams/{name}/tail", ConsoleAccess.Read, new TailApi(_platform, _options.Time, stopping).GetAsync);

        var send = new SendApi(_platform, _intake, gate, _logger);
        Post("/api/streams/{name}/validate", ConsoleAccess.Post, send.ValidateAsync);
        Post("/api/streams/{name}/events", ConsoleAccess.Change, send.SendAsync);

        var errors = new ErrorApi(_platform, _turns);
        Get("/api/errors", ConsoleAccess.Read, errors.ListAsync);
        Get("/api/errors/{**id}", ConsoleAccess.Read, errors.GetAsync);
        _replays = new ReplayApi(_platform, new EventSchemas(_schemas), _options.Time, _turns, gate, _logger);
        Post("/api/errors/validate", ConsoleAccess.Post, _replays.ValidateAsync);

        // What would be done may be asked of a console that does not do it.
        Post("/api/replays", ConsoleAccess.Post, _replays.ReplayAsync);
        Get("/api/replays", ConsoleAccess.Read, _replays.ProgressAsync);
        Get("/api/trace/{**id}", ConsoleAccess.Read, new TraceApi(_platform, _options.Time, _turns).GetAsync);

        void Get(string route, ConsoleAccess access, Func<HttpContext, Task> answer) => app.MapMethods(route, ["GET"], http => gate.AnswerAsync(http, access, answer));

        void Post(string route, ConsoleAccess access, Func<HttpContext, Task> answer) => app.MapMethods(route, ["POST"], http => gate.AnswerAsync(http, access, answer));
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        Watch.Dispose();
        _intake.Dispose();
        _metrics?.Dispose();
        _turns.Dispose();
        _replays?.Dispose();
    }
}
