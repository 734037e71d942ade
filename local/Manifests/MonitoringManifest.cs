using Millrace.Connectors;

namespace Millrace.Local;

/// <summary>What the manifests of a Deployment have for those who measure.</summary>
internal sealed class MonitoringManifest(ManifestSources sources)
{
    /// <summary>The name of the container's port, where a PodMonitor asks for it.</summary>
    public const string PortName = "http";

    private readonly MonitoringOptions _options = sources.Services.Monitoring;

    /// <summary>Whether there are PodMonitors.</summary>
    public bool HasPodMonitor => _options.PodMonitor && sources.Answering("metrics") is not null;

    /// <summary>Settings of the app, as literals of a ConfigMap.</summary>
    public IEnumerable<string> Literals => Collector is { } collector ? [$"OTEL_EXPORTER_OTLP_ENDPOINT={collector.OriginalString}"] : [];

    /// <summary>Who scrapes, as a rule of what comes in; null where nobody is named.</summary>
    public YamlEntry? Ingress => _options.Namespace is { } scraper && sources.Answering("metrics") is not null
        ? new YamlEntry(null, new YamlMap { { "from", new YamlList { Namespace(scraper) } }, { "ports", new YamlList { NetworkPolicyManifest.Port("TCP", NetworkPolicyManifest.HttpPort) } } }, "Prometheus, which asks for /metrics.")
        : null;

    /// <summary>The way to the collector, as a rule of what goes out; null where there is none.</summary>
    public YamlEntry? Egress
    {
        get
        {
            if (Collector is not { } collector)
            {
                return null;
            }

            // To the namespace, too: not every network plugin takes a pod's address for one of "anywhere".
            var to = new YamlList();
            if (_options.Namespace is { } near)
            {
                to.Add(Namespace(near));
            }

            foreach (var entry in NetworkPolicyManifest.To(collector.IdnHost))
            {
                to.Add(entry);
            }

            return new YamlEntry(null, new YamlMap { { "to", to }, { "ports", new YamlList { NetworkPolicyManifest.Port("TCP", collector.Port) } } }, $"The OpenTelemetry collector, {new StoreEndpoint(collector.IdnHost, collector.Port)}.");
        }
    }

    private Uri? Collector => _options.Collector(sources.ServicesFile);

    /// <summary>Tells Prometheus's operator of the pods of a Deployment.</summary>
    public YamlMap PodMonitor(string name)
    {
        var labels = StageManifests.Labels(name);
        foreach (var (label, value) in _options.Labels.OrderBy(label => label.Key, StringComparer.Ordinal))
        {
            labels.Add(label, value);
        }

        return new YamlMap
        {
            { "apiVersion", "monitoring.coreos.com/v1" },
            { "kind", "PodMonitor" },
            { "metadata", new YamlMap { { "name", name }, { "labels", labels } } },
            {
                "spec",
                new YamlMap
                {
                    { "selector", new YamlMap { { "matchLabels", StageManifests.Labels(name) } } },
                    {
                        "podMetricsEndpoints",
                        new YamlList { new YamlMap { { "port", PortName }, { "path", "/metrics" } } },
                        "Every pod, as each tells of the partitions that it has; a pod at its start answers before it is ready."
                    },
                }
            },
        };
    }

    private static YamlMap Namespace(string name) =>
        new() { { "namespaceSelector", new YamlMap { { "matchLabels", new YamlMap { { "kubernetes.io/metadata.name", name } } } } } };
}
