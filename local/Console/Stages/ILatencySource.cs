namespace Millrace.Local;

/// <summary>Knows how long the events of stages took.</summary>
internal interface ILatencySource
{
    /// <summary>Of which events it is told.</summary>
    string Note { get; }

    /// <summary>What is known of a stage; null where nothing is, since it has had no event or nobody answers.</summary>
    Task<StageLatencies?> ReadAsync(string stage, CancellationToken cancellation);
}
