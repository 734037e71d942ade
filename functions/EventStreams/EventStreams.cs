using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Hosting;
using Millrace.Serving;

namespace Millrace.Functions;

/// <summary>Streams as server-sent events, as Wikimedia's EventStreams serves them.</summary>
public sealed class EventStreams(EventStreamServer server, ServingOptions options, IHostApplicationLifetime host)
{
    /// <summary><c>GET /v2/stream/NAME[,NAME…]</c>: events as they come, or since a time, or since the event of <c>Last-Event-ID</c>; with filters.</summary>
    [Function(nameof(EventStreams))]
    public IResult Read([HttpTrigger(AuthorizationLevel.Anonymous, "get", "options", Route = "v2/stream/{streams}")] HttpRequest request, string streams) =>
        new EventStreamResult(server, options, streams, host.ApplicationStopping);
}
