namespace Millrace.Resilience;

/// <summary>An event that went in.</summary>
internal sealed record Input(LogPosition At, ProbeEvent Event);

/// <summary>An event that came out, to be seen by those who read what is committed.</summary>
internal sealed record Output(LogPosition At, ProbeEvent Event);

/// <summary>An error event.</summary>
/// <param name="At">Where it stands.</param>
/// <param name="Source">Which input it is about.</param>
/// <param name="Type">What went wrong with that.</param>
internal sealed record Failure(LogPosition At, LogPosition Source, string Type)
{
    /// <summary>The error event's own id.</summary>
    public string? Id { get; init; }
}

/// <summary>What a consumer group had committed at some time, and what was written just after.</summary>
/// <remarks>
/// Written, not readable: a transaction that is committed can be read only when those are decided that began before it in the
/// same partition, which are other producers'. What is not yet written, or is aborted and written again, is beyond the end.
/// </remarks>
/// <param name="Group">The group.</param>
/// <param name="IsCheckpoint">Whether it may only advance.</param>
/// <param name="Committed">The next offset of each partition of the input.</param>
/// <param name="Ends">The end of each partition of the outputs.</param>
internal sealed record CheckpointSample(
    string Group, bool IsCheckpoint, IReadOnlyDictionary<int, long> Committed, IReadOnlyDictionary<(string Topic, int Partition), long> Ends);

/// <summary>All that is to be judged.</summary>
internal sealed record Observed(
    IReadOnlyList<Input> Inputs, IReadOnlyList<Output> Outputs, IReadOnlyList<Failure> Failures, IReadOnlyList<CheckpointSample> Samples);
