namespace Millrace.Core;

/// <summary>Calls a sink until it answers, after pauses that grow, and lets it be seen that a partition waits for it.</summary>
internal sealed class SinkRetry(StageTally tally, StreamPartition partition, TimeProvider time, Action<SinkException, TimeSpan> log)
{
    /// <exception cref="SinkException">The call failed and cannot be repeated, or there is no time left to repeat it.</exception>
    /// <exception cref="OperationCanceledException">Cancelled while it waited.</exception>
    public async ValueTask<T> CallAsync<T>(Func<CancellationToken, ValueTask<T>> call, CancellationToken cancellation)
    {
        var backOff = new SinkBackOff(time);
        while (true)
        {
            try
            {
                var result = await call(cancellation).ConfigureAwait(false);
                tally.Unblock(partition);
                return result;
            }
            catch (SinkException failure) when (failure.CanRetry && !cancellation.IsCancellationRequested)
            {
                var pause = backOff.Next();
                pause = failure.RetryAfter is { } asked && asked > pause ? asked : pause;
                tally.Block(partition, failure.Message);
                log(failure, pause);
                await backOff.WaitAsync(pause, cancellation).ConfigureAwait(false);
            }
        }
    }
}
