using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Millrace.Telemetry;

namespace Millrace.Functions;

/// <summary>What Prometheus asks.</summary>
public sealed class Metrics(MetricsPage page)
{
    /// <summary><c>GET /metrics</c>: what stages, sessions and lookups measure, in the text format of Prometheus.</summary>
    [Function(nameof(Metrics))]
    public IResult Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "metrics")] HttpRequest request) => page;
}
