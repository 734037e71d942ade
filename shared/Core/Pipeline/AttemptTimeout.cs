using System.Collections.Concurrent;

namespace Millrace.Core;

/// <summary>Ends an attempt that takes too long: cancels it, and if it does not listen, goes on without it.</summary>
/// <remarks>An attempt that stops when cancelled may be tried again; one that does not may still be at work, so it is the last.</remarks>
internal sealed class AttemptTimeout(TimeProvider time) : IStageMiddleware
{
    /// <summary>How long a cancelled attempt has for ending by itself.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    // An alarm for each event, made and thrown away, would be a good part of what an event without lookups costs.
    private readonly ConcurrentBag<CancellationTokenSource> _idle = [];

    public async ValueTask<Outcome> InvokeAsync(StageContext context, StageDelegate next)
    {
        var stopping = context.Cancellation;
        var timeout = context.Stage.Options.AttemptTimeout;
        var deadline = Take(timeout);
        var stop = stopping.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), deadline);
        context.Cancellation = deadline.Token;
        try
        {
            var attempt = next(context);
            return attempt.IsCompleted
                ? await attempt.ConfigureAwait(false)
                : await attempt.AsTask().WaitAsync(timeout + Grace, time, CancellationToken.None).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !stopping.IsCancellationRequested)
        {
            return Failed(context, $"The attempt took longer than {timeout} (options.attemptTimeout).", transient: true);
        }
        catch (TimeoutException) when (deadline.IsCancellationRequested)
        {
            context.Abandoned = true;
            return Failed(context, $"The attempt took longer than {timeout} (options.attemptTimeout), and {Grace} after being cancelled it had not ended.", transient: false);
        }
        finally
        {
            context.Cancellation = stopping;
            stop.Dispose();
            Return(deadline, context.Abandoned);
        }
    }

    private CancellationTokenSource Take(TimeSpan timeout)
    {
        if (!_idle.TryTake(out var deadline))
        {
            return new CancellationTokenSource(timeout, time);
        }

        deadline.CancelAfter(timeout);
        return deadline;
    }

    // A stage that still runs keeps its token to itself; one that has ended has no use for it any more.
    private void Return(CancellationTokenSource deadline, bool isInUse)
    {
        if (!isInUse && deadline.TryReset())
        {
            _idle.Add(deadline);
        }
        else
        {
            deadline.Dispose();
        }
    }

    private static Outcome.Failed Failed(StageContext context, string message, bool transient) => new(
        new StageError(ErrorTypes.Timeout, message) { Transient = transient, SchemaUri = context.Event?.SchemaUri, Stream = context.Event?.Stream });
}
