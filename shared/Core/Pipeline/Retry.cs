namespace Millrace.Core;

/// <summary>Calls the stage again after a transient error, as often as the stage's options and the error allow.</summary>
internal sealed class Retry(StageMeter meter, TimeProvider time) : IStageMiddleware
{
    public async ValueTask<Outcome> InvokeAsync(StageContext context, StageDelegate next)
    {
        var options = context.Stage.Options;
        var cancellation = context.Cancellation;
        for (var counted = 0; ;)
        {
            var outcome = await next(context).ConfigureAwait(false);
            if (outcome is not Outcome.Failed { Error: { Transient: true } error } || context.Abandoned)
            {
                return outcome;
            }

            var free = error.RetryUntil is { } until && time.GetUtcNow() + options.RetryDelay < until;
            if (!free && ++counted >= options.Attempts)
            {
                return outcome;
            }

            context.ClearOutputs();
            await Task.Delay(options.RetryDelay, time, cancellation).ConfigureAwait(false);
            meter.Retried();
        }
    }
}
