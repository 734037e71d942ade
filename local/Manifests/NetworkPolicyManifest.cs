using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Millrace.Connectors;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>What pods may talk to: names, Kafka, what they look up, and the store of a connector; and what may talk to them.</summary>
internal static class NetworkPolicyManifest
{
    /// <summary>Where a process answers probes and requests, and nothing else.</summary>
    public const int HttpPort = 8080;

    /// <summary>What is allowed in every datacenter.</summary>
    /// <param name="name">The name of the pods' Deployment.</param>
    /// <param name="ingress">Who asks something of them.</param>
    /// <param name="more">Where else they may go, and what is there.</param>
    /// <param name="monitoring">Who measures.</param>
    public static YamlMap OfPods(string name, string ingress, IEnumerable<(StoreEndpoint Endpoint, string Why)> more, MonitoringManifest monitoring) => Policy(StageManifests.Metadata(name), StageManifests.Labels(name), new YamlMap
    {
        { "policyTypes", new YamlList { "Ingress", "Egress" } },
        {
            "ingress",
            new YamlList { new YamlMap { { "ports", new YamlList { Port("TCP", HttpPort) } } } }.With(monitoring.Ingress),
            ingress
        },
        {
            "egress",
            Egress(more).With(monitoring.Egress)
        },
    });

    /// <summary>The way to a datacenter's brokers, for all pods; it adds to what each has.</summary>
    /// <exception cref="CatalogException">The brokers' addresses have no port.</exception>
    public static YamlMap OfDatacenter(string name, DatacenterDefinition datacenter)
    {
        var everyPod = new YamlMap { { "app.kubernetes.io/part-of", "millrace" } };
        return Policy(new YamlMap { { "name", name }, { "labels", everyPod } }, everyPod, new YamlMap
        {
            { "policyTypes", new YamlList { "Egress" } },
            {
                "egress",
                new YamlList { new YamlMap { { "ports", new YamlList().With(Ports(datacenter).Select(port => Port("TCP", port))) } } },
                $"Brokers of {datacenter.KafkaCluster}: every one has to listen on one of these ports, since clients are sent from one to the others."
            },
        });
    }

    private static YamlList Egress(IEnumerable<(StoreEndpoint Endpoint, string Why)> more)
    {
        var egress = new YamlList
        {
            { new YamlMap { { "ports", new YamlList { Port("UDP", 53), Port("TCP", 53) } } }, "Names. To any address, since a cache on the node has one outside of the cluster's." },
            {
                new YamlMap { { "to", Anywhere() }, { "ports", new YamlList { Port("TCP", 443) } } },
                "Lookups, schema repositories and the Functions host's storage account. A policy knows no host names: which may be asked is each lookup's allowedHosts. The address where clouds hand out credentials is nobody's."
            },
        };
        foreach (var (endpoint, why) in more)
        {
            egress.Add(new YamlMap { { "to", To(endpoint.Host) }, { "ports", new YamlList { Port("TCP", endpoint.Port) } } }, why);
        }

        return egress;
    }

    /// <summary>A host, as policies name it: a name may stand for any address.</summary>
    public static YamlList To(string host) => IPAddress.TryParse(host, out var address)
        ? new YamlList { new YamlMap { { "ipBlock", new YamlMap { { "cidr", $"{address}/{(address.AddressFamily == AddressFamily.InterNetworkV6 ? 128 : 32)}" } } } } }
        : Anywhere();

    private static YamlList Anywhere() => new() { AnyBut("0.0.0.0/0", "169.254.0.0/16"), AnyBut("::/0", "fe80::/10") };

    private static YamlMap Policy(YamlMap metadata, YamlMap pods, YamlMap rules)
    {
        var spec = new YamlMap { { "podSelector", new YamlMap { { "matchLabels", pods } } } };
        foreach (var rule in rules)
        {
            spec.Add(rule.Key!, rule.Value, rule.Why);
        }

        return new YamlMap { { "apiVersion", "networking.k8s.io/v1" }, { "kind", "NetworkPolicy" }, { "metadata", metadata }, { "spec", spec } };
    }

    /// <summary>A port.</summary>
    public static YamlMap Port(string protocol, int port) => new() { { "protocol", protocol }, { "port", port } };

    private static YamlMap AnyBut(string all, string except) => new() { { "ipBlock", new YamlMap { { "cidr", all }, { "except", new YamlList { except } } } } };

    private static IEnumerable<int> Ports(DatacenterDefinition datacenter) => datacenter.BootstrapServers
        .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(broker => int.TryParse(broker[(broker.LastIndexOf(':') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && broker.LastIndexOf(':') > 0 && port is > 0 and <= ushort.MaxValue
            ? port
            : throw new CatalogException($"datacenters.{datacenter.Name}.bootstrapServers has '{broker}'; allowed is host:port, several with commas."))
        .Distinct()
        .Order();
}
