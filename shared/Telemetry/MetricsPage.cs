using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Millrace.Telemetry;

/// <summary>All metrics in the text format of Prometheus, as the answer of an HTTP function.</summary>
public sealed class MetricsPage(IServiceProvider services) : IResult
{
    // The exporter comes as middleware, and a functions host has no pipeline to add it to: so it gets one of its own.
    private readonly RequestDelegate _scrape = new ApplicationBuilder(services).UseOpenTelemetryPrometheusScrapingEndpoint(_ => true).Build();

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext) => _scrape(httpContext);
}
