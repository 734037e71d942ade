namespace Millrace.Core;

/// <summary>One event in, one outcome out. Most authors derive from <see cref="Enrichment"/> instead.</summary>
public interface IStage
{
    /// <summary>Decides what becomes of one event.</summary>
    /// <remarks>
    /// Called for several events at a time, so the stage keeps no state of its own between calls; events of one key
    /// are never processed at the same time. Return <see cref="Outcome.Failed"/> (or throw <see cref="StageException"/>)
    /// for an event that cannot be processed: it goes to the error stream, and the stage goes on. Any other exception
    /// does the same under the type <see cref="ErrorTypes.Unexpected"/>. Nothing that is thrown here is retried unless
    /// its error is <see cref="StageError.Transient"/>.
    /// </remarks>
    /// <param name="input">The event, valid by its schema. Do not keep it after the returned task has ended.</param>
    /// <param name="cancellation">Cancelled when the attempt has taken too long, or when the host stops.</param>
    ValueTask<Outcome> ProcessAsync(Event input, CancellationToken cancellation);
}
