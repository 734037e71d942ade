namespace Millrace.Core;

/// <summary>A topic that belongs to a stage alone, and carries no stream.</summary>
/// <param name="Name">The topic's name.</param>
/// <param name="Purpose">What it is for, in a few words.</param>
/// <param name="Partitions">How many partitions it has at least.</param>
/// <param name="IsCompacted">Whether the last record of each key is kept for ever, <c>cleanup.policy=compact</c>; else records go as those of other topics do.</param>
public sealed record StageTopic(string Name, string Purpose, int Partitions, bool IsCompacted)
{
    /// <summary>The settings that it is created with, beside those of the cluster.</summary>
    public IReadOnlyDictionary<string, string> Settings => IsCompacted
        ? new Dictionary<string, string> { ["cleanup.policy"] = "compact" }
        : new Dictionary<string, string>();

    /// <summary>The command that creates it.</summary>
    /// <param name="bootstrapServers">The brokers.</param>
    public string CreateCommand(string? bootstrapServers) =>
        $"kafka-topics --create --topic {Name} --partitions {Partitions}{(IsCompacted ? " --config cleanup.policy=compact" : "")} --bootstrap-server {bootstrapServers}";
}
