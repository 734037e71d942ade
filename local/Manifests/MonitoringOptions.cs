using System.ComponentModel.DataAnnotations;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>Who measures in the cluster: the entry <c>monitoring</c> of <c>infra/services.json</c>; without it, manifests say nothing of it.</summary>
internal sealed class MonitoringOptions
{
    /// <summary>The namespace of Prometheus; null is that policies name none.</summary>
    [RegularExpression("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", ErrorMessage = "allowed is the name of a namespace.")]
    public string? Namespace { get; set; }

    /// <summary>Whether there is a PodMonitor for each Deployment, which Prometheus's operator has to know.</summary>
    public bool PodMonitor { get; set; }

    /// <summary>Labels of the PodMonitors, by which a Prometheus may choose those that are its own.</summary>
    public IDictionary<string, string> Labels { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The OpenTelemetry collector that metrics and traces are sent to, such as <c>http://collector.monitoring:4317</c>; null is none.</summary>
    public string? Otlp { get; set; }

    /// <summary>Its address; null where there is none.</summary>
    /// <exception cref="CatalogException">It cannot be one.</exception>
    public Uri? Collector(string file) => Otlp is null ? null
        : Uri.TryCreate(Otlp, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address is { UserInfo: "", Query: "", Fragment: "" } ? address
        : throw new CatalogException($"{file}:Monitoring:Otlp is no http or https address without credentials, query and fragment, such as http://collector.monitoring:4317.");

    /// <summary>Looks whether what is said goes together.</summary>
    /// <exception cref="CatalogException">It does not.</exception>
    public void Check(string file)
    {
        if (PodMonitor && Namespace is null)
        {
            throw new CatalogException($"{file}:Monitoring:PodMonitor is true, and {file}:Monitoring:Namespace does not say where Prometheus is.");
        }

        if (Labels.Count > 0 && !PodMonitor)
        {
            throw new CatalogException($"{file}:Monitoring:Labels are those of PodMonitors, and {file}:Monitoring:PodMonitor is not true.");
        }

        Collector(file);
    }
}
