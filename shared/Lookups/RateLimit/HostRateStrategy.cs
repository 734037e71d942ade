using Polly;

namespace Millrace.Lookups;

/// <summary>Lets each request wait until its host may be asked. The wait is no part of the attempt's own time.</summary>
internal sealed class HostRateStrategy(HostRates rates) : ResilienceStrategy<LookupAttempt>
{
    protected override async ValueTask<Outcome<LookupAttempt>> ExecuteCore<TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<LookupAttempt>>> callback, ResilienceContext context, TState state)
    {
        var call = LookupCall.Of(context);
        call.WaitsForRate = true;
        try
        {
            await rates.PassAsync(call.Uri.IdnHost, context.CancellationToken).ConfigureAwait(context.ContinueOnCapturedContext);
        }
        catch (OperationCanceledException exception)
        {
            return Outcome.FromException<LookupAttempt>(exception);
        }

        call.WaitsForRate = false;
        return await callback(context, state).ConfigureAwait(context.ContinueOnCapturedContext);
    }
}
