using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Millrace.Intake;

namespace Millrace.Functions;

/// <summary>Takes events over HTTP.</summary>
public sealed class EventIntake(IntakeService intake)
{
    /// <summary><c>POST /v1/events</c>: one event, or an array of them.</summary>
    [Function(nameof(PostEvents))]
    public Task PostEvents([HttpTrigger(AuthorizationLevel.Anonymous, "post", "options", Route = "v1/events")] HttpRequest request) =>
        intake.PostAsync(request.HttpContext);

    /// <summary><c>GET /v1/stream-configs</c>: the streams that are taken; in the route, some of them.</summary>
    [Function(nameof(StreamConfigs))]
    public Task StreamConfigs([HttpTrigger(AuthorizationLevel.Anonymous, "get", "options", Route = "v1/stream-configs/{streams?}")] HttpRequest request, string? streams) =>
        intake.ConfigsAsync(request.HttpContext, streams);

    /// <summary><c>GET /v1/_test/events</c>: whether an event would be taken, shown by one.</summary>
    [Function(nameof(TestEvents))]
    public Task TestEvents([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/_test/events")] HttpRequest request) =>
        intake.TestAsync(request.HttpContext);

    /// <summary><c>GET /openapi.json</c>: the description of the intake.</summary>
    [Function(nameof(OpenApi))]
    public static Task OpenApi([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "openapi.json")] HttpRequest request) =>
        IntakeService.DescribeAsync(request.HttpContext);

    /// <summary><c>GET /v1/try</c>: a page to try it.</summary>
    [Function(nameof(TryPage))]
    public static Task TryPage([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/try")] HttpRequest request) =>
        IntakeService.TryAsync(request.HttpContext);
}
