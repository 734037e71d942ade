using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Millrace.Core;
using Millrace.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Millrace.Telemetry;

/// <summary>Adds metrics and traces to a function app.</summary>
public static class TelemetrySetup
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string MetricsEndpoint = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";
    private const string TracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";

    /// <summary>Adds the metrics of stages, what Prometheus scrapes, and, where the environment names a collector, what is sent there. Call <see cref="MillraceHosting.AddMillrace"/> first.</summary>
    /// <remarks>A collector that is away harms nothing: what it misses is dropped. Without one, no span is made. A span is made of an event whose parent was sampled; of others only where <c>OTEL_TRACES_SAMPLER</c> says so.</remarks>
    /// <exception cref="CatalogException">A setting is wrong.</exception>
    public static IHostApplicationBuilder AddTelemetry(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new TelemetryOptions();
        SettingsBinder.Bind(builder.Configuration.GetSection("Telemetry"), options, "Telemetry");
        builder.Services.AddSingleton(options).AddSingleton<MetricsPage>();
        builder.Services.AddHostedService<StageMetrics>();
        if (options.LagInterval > TimeSpan.Zero)
        {
            builder.Services.AddHostedService<LagMetrics>();
        }

        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.Clear().AddService("millrace").AddTelemetrySdk().AddEnvironmentVariableDetector())
            .WithMetrics(metrics => Send(metrics.AddMeter("Millrace", "Millrace.*").AddPrometheusExporter(), builder.Configuration));
        if (Names(builder.Configuration, TracesEndpoint))
        {
            telemetry.WithTracing(traces => Send(traces, builder.Configuration));
        }

        return builder;
    }

    private static void Send(MeterProviderBuilder metrics, IConfiguration configuration)
    {
        if (Names(configuration, MetricsEndpoint))
        {
            metrics.AddOtlpExporter();
        }
    }

    private static void Send(TracerProviderBuilder traces, IConfiguration configuration)
    {
        traces.AddSource("Millrace", "Millrace.*").AddOtlpExporter();
        if (string.IsNullOrEmpty(configuration["OTEL_TRACES_SAMPLER"]))
        {
            traces.SetSampler(new ParentBasedSampler(new AlwaysOffSampler()));
        }
    }

    private static bool Names(IConfiguration configuration, string endpoint) =>
        !string.IsNullOrEmpty(configuration[Endpoint]) || !string.IsNullOrEmpty(configuration[endpoint]);
}
