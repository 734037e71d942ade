using Millrace.Core;

namespace Millrace.Local;

/// <summary>Reads the records of one partition in order. For one caller at a time.</summary>
internal interface IBackfillReader : IAsyncDisposable
{
    /// <summary>The next records, as many as a trigger would be given; none where there is none yet.</summary>
    /// <returns>The records, and the offset behind all that was looked at.</returns>
    /// <exception cref="OperationCanceledException">It was interrupted.</exception>
    Task<(IReadOnlyList<EventRecord> Batch, long Next)> ReadAsync(CancellationToken cancellation);

    /// <summary>Notes how far the backfill is. Only a hint: where it fails, more is read again.</summary>
    Task CommitAsync(long next);
}
