using System.ComponentModel.DataAnnotations;

namespace Millrace.Telemetry;

/// <summary>What is measured beside what happens anyway: the <c>Telemetry</c> section of the settings.</summary>
/// <remarks>Where measurements and spans are sent is said by OpenTelemetry's own variables, <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> and those beside it.</remarks>
public sealed class TelemetryOptions
{
    /// <summary>How often brokers are asked, at most, how far stages are behind; they are asked only while somebody reads the metrics. Zero is never. From 0 to 1 hour; 15 seconds by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan LagInterval { get; set; } = TimeSpan.FromSeconds(15);
}
