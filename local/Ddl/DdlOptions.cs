using Millrace.Schemas;

namespace Millrace.Local;

/// <summary>What <c>millrace ddl</c> was asked for.</summary>
internal sealed record DdlOptions
{
    /// <summary>The stream; null is every schema.</summary>
    public string? Stream { get; init; }

    /// <summary>The SQL to write.</summary>
    public required SqlDialect Dialect { get; init; }

    /// <summary>Directories of schemas that are searched after the platform's own.</summary>
    public IReadOnlyList<string> Schemas { get; init; } = [];

    /// <summary>The schema of the stream's events; null is the one that a stage writes it by, or else the newest.</summary>
    public string? Schema { get; init; }

    /// <summary>The version that the table has now; null where there is no table yet.</summary>
    public string? From { get; init; }

    /// <summary>The brokers that Flink reads from; null is a placeholder.</summary>
    public string? Kafka { get; init; }

    /// <summary>Whether to print JSON.</summary>
    public bool Json { get; init; }
}
