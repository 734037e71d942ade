using System.ComponentModel.DataAnnotations;

namespace Millrace.Core;

/// <summary>One datacenter, as <c>infra/datacenters.json</c> has it.</summary>
/// <remarks>Its name, with a dot behind it, is the prefix of the topics that are written in it.</remarks>
public sealed class DatacenterDefinition
{
    /// <summary>Its name, such as <c>eqiad</c>: the key of its entry.</summary>
    public string Name { get; internal set; } = "";

    /// <summary>The Kafka cluster that its stages use. Datacenters that name the same one share it; between others a mirror copies prefixed topics.</summary>
    [Required]
    public string KafkaCluster { get; set; } = "";

    /// <summary>The brokers of that cluster, as <c>host:port,…</c>.</summary>
    [Required]
    public string BootstrapServers { get; set; } = "";

    /// <summary>The context of the Kubernetes client's configuration that reaches its cluster; null is the datacenter's name.</summary>
    public string? KubernetesContext { get; set; }

    /// <summary>The namespace of its stages.</summary>
    [Required]
    [RegularExpression("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", ErrorMessage = "allowed are 1 to 63 of a-z 0-9 -, with a letter or digit at both ends.")]
    public string Namespace { get; set; } = "millrace";
}
