using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Millrace.Core;
using Millrace.Hosting;
using Millrace.Kafka;
using Millrace.Schemas;

namespace Millrace.Intake;

/// <summary>Answers the intake's requests, on whatever host. Safe for concurrent use.</summary>
/// <remarks>
/// Every method writes its answer itself, and repeats nothing of an event in logs. A client that goes away ends the answer, and not what
/// is on its way to the brokers.
/// </remarks>
public sealed class IntakeService : IDisposable
{
    private static readonly string[] ContentTypes = ["application/json", "text/plain", "application/reports+json"];

    private readonly EventIntake _intake;
    private readonly BodyReader _bodies;
    private readonly EventAnswer _answer;
    private readonly ClientKeys _keys;
    private readonly CrossOrigin _origins;
    private readonly StreamConfigs _configs;

    /// <summary>Takes the settings; nothing is connected until it is used.</summary>
    /// <param name="options">How events are taken.</param>
    /// <param name="millrace">The datacenter that is written to.</param>
    /// <param name="kafka">How to reach Kafka.</param>
    /// <param name="catalog">The streams.</param>
    /// <param name="schemas">Where schemas come from.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where to log.</param>
    /// <exception cref="CatalogException">A setting cannot be used; the message names it.</exception>
    public IntakeService(
        IntakeOptions options, MillraceOptions millrace, KafkaOptions kafka, StreamCatalog catalog, SchemaRepository schemas, TimeProvider time, ILoggerFactory loggers)
    {
        _keys = new ClientKeys(options);
        _origins = new CrossOrigin(options);
        _intake = new EventIntake(options, millrace, kafka, catalog, schemas, time, loggers);
        _bodies = new BodyReader(options, _intake.Budget, time);
        _answer = new EventAnswer(options);
        _configs = new StreamConfigs(_intake.Routes);
    }

    /// <summary>Why events would not be taken now; null where they would, as far as is known.</summary>
    public string? Blocked => _intake.Blocked;

    /// <summary>How many bytes of bodies and of events that are not acknowledged are in memory.</summary>
    public long QueuedBytes => _intake.Budget.Used;

    /// <summary><c>POST /v1/events</c>: takes one event, or an array of them.</summary>
    public Task PostAsync(HttpContext http) => AnswerAsync(http, async () =>
    {
        RequireContentType(http.Request);
        var hasty = http.Request.Query["hasty"].ToString() is "true" or "1";
        using var body = await _bodies.ReadAsync(http.Request, http.RequestAborted).ConfigureAwait(false);
        if (body.Length == 0)
        {
            throw new RequestRefusal(StatusCodes.Status400BadRequest, "");
        }

        var result = await _intake.TakeAsync(body.Bytes, http.Request.Headers, hasty, http.RequestAborted).ConfigureAwait(false);
        if (hasty)
        {
            http.Response.StatusCode = StatusCodes.Status202Accepted;
            return;
        }

        await _answer.WriteAsync(http.Response, body.Bytes, result, http.RequestAborted).ConfigureAwait(false);
    });

    /// <summary><c>GET /v1/_test/events</c>: takes an event of its own, and answers as it would for any other.</summary>
    public Task TestAsync(HttpContext http) => AnswerAsync(http, async () =>
    {
        var stream = _intake.Routes.TestStream ?? throw new RequestRefusal(StatusCodes.Status404NotFound, "There is no stream for test events; the setting Intake:TestStream names one.");
        var body = TestEvent.Create(stream);
        var result = await _intake.TakeAsync(body, http.Request.Headers, hasty: false, http.RequestAborted).ConfigureAwait(false);
        await _answer.WriteAsync(http.Response, body, result, http.RequestAborted).ConfigureAwait(false);
    });

    /// <summary><c>GET /v1/stream-configs/{streams?}</c>: the configuration of streams that are taken.</summary>
    /// <param name="http">The request.</param>
    /// <param name="streams">Their names, with <c>,</c> or <c>|</c> between; null means all.</param>
    public Task ConfigsAsync(HttpContext http, string? streams) => AnswerAsync(http, () =>
    {
        ArgumentNullException.ThrowIfNull(http);
        var query = http.Request.Query;
        return http.Response.WriteAsJsonAsync(_configs.Find(streams, query["constraints"], query["all_settings"].ToString() is "true" or "1"), http.RequestAborted);
    });

    /// <summary>Looks at one event as <c>POST /v1/events</c> would, and sends nothing.</summary>
    /// <param name="utf8Json">The event.</param>
    /// <param name="stream">The stream that it has to name.</param>
    public IntakeVerdict Check(ReadOnlyMemory<byte> utf8Json, string stream) => _intake.Check(utf8Json, stream, out _);

    /// <summary>Takes one event of this program's, as <c>POST /v1/events</c> would; one that is refused is told to the caller alone.</summary>
    /// <param name="utf8Json">The event.</param>
    /// <param name="stream">The stream that it has to name.</param>
    /// <param name="cancellation">Ends the wait, and not what is on its way.</param>
    /// <returns>What became of it: it is stored where nothing is refused.</returns>
    public ValueTask<IntakeVerdict> TakeAsync(ReadOnlyMemory<byte> utf8Json, string stream, CancellationToken cancellation) => _intake.TakeAsync(utf8Json, stream, cancellation);

    /// <summary><c>GET /openapi.json</c>: the description of the intake.</summary>
    public static Task DescribeAsync(HttpContext http) => Page.WriteAsync(http, Page.Description);

    /// <summary><c>GET /v1/try</c>: a page to try it, which needs nothing from elsewhere.</summary>
    public static Task TryAsync(HttpContext http) => Page.WriteAsync(http, Page.Try);

    /// <inheritdoc/>
    public void Dispose() => _intake.Dispose();

    private async Task AnswerAsync(HttpContext http, Func<Task> answer)
    {
        ArgumentNullException.ThrowIfNull(http);
        _origins.Tell(http.Request, http.Response);
        if (HttpMethods.IsOptions(http.Request.Method))
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        try
        {
            if (!_keys.Admits(http.Request))
            {
                http.Response.Headers.WWWAuthenticate = "Bearer";
                throw new RequestRefusal(StatusCodes.Status401Unauthorized, "A key is needed: X-API-Key, or Authorization: Bearer.");
            }

            await answer().ConfigureAwait(false);
        }
        catch (RequestRefusal refusal)
        {
            // What is left of the body is not read, so that nothing can follow it.
            if (refusal.Status is StatusCodes.Status408RequestTimeout or StatusCodes.Status413PayloadTooLarge)
            {
                http.Response.Headers.Connection = "close";
            }

            await _answer.WriteAsync(http.Response, refusal, http.RequestAborted).ConfigureAwait(false);
        }
    }

    private static void RequireContentType(HttpRequest request)
    {
        var type = (request.ContentType ?? "").Split(';')[0].Trim();
        if (!ContentTypes.Contains(type, StringComparer.OrdinalIgnoreCase))
        {
            throw new RequestRefusal(StatusCodes.Status415UnsupportedMediaType, $"The body's Content-Type is not one of {string.Join(", ", ContentTypes)}.");
        }
    }
}
