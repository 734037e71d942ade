namespace Millrace.Local;

/// <summary>What a worker process says of itself, a line of JSON now and then on standard output.</summary>
/// <param name="HasPartitions">Whether it has had partitions assigned.</param>
/// <param name="In">Events that it took.</param>
/// <param name="Emitted">Events that became others.</param>
/// <param name="Filtered">Events that the stage had no use for.</param>
/// <param name="Failed">Events that went to the error stream.</param>
/// <param name="IsLast">Whether it has ended in good order, and nothing more will come.</param>
internal sealed record WorkerReport(bool HasPartitions, long In, long Emitted, long Filtered, long Failed, bool IsLast)
{
    /// <summary>Events that it has dealt with.</summary>
    public long Settled => Emitted + Filtered + Failed;
}
