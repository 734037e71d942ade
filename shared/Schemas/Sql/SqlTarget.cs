namespace Millrace.Schemas;

/// <summary>What a table is for: the stream that fills it.</summary>
/// <param name="Stream">The stream's name, which the table's is made of.</param>
/// <param name="Topics">The topics that carry the stream, at least one.</param>
public sealed record SqlTarget(string Stream, IReadOnlyList<string> Topics)
{
    /// <summary>The brokers that a table over topics reads from; a placeholder unless set.</summary>
    public string BootstrapServers { get; init; } = "HOST:PORT";
}
