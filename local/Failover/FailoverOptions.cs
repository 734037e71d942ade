using Millrace.Kafka;

namespace Millrace.Local;

/// <summary>How a fail-over is made.</summary>
internal sealed record FailoverOptions
{
    /// <summary>Only say what would be done.</summary>
    public bool DryRun { get; init; }

    /// <summary>How far before the last settled event the other side begins, by the records' times, where clusters are mirrored.</summary>
    public TimeSpan Overlap { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long to wait until the old side has no replica.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long to wait until the lag falls.</summary>
    public TimeSpan VerifyTime { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How often to look.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The time that the old side had come to, where nobody can be asked; null where it is to be found out.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>How a cluster is reached.</summary>
    public Func<Core.DatacenterDefinition, KafkaOptions> Kafka { get; init; } = datacenter => new KafkaOptions { BootstrapServers = datacenter.BootstrapServers };
}
