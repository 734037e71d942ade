using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Millrace.FunctionsHost;

/// <summary>Calls a function through the middleware, in a scope of its own, and repeats the call as its retry attribute says.</summary>
internal sealed partial class FunctionInvoker(
    FunctionMethod function, FunctionExecutionDelegate pipeline, IServiceScopeFactory scopes, TimeProvider time, ILogger logger)
{
    /// <summary>The innermost step of every pipeline.</summary>
    public static Task CallAsync(FunctionContext context) =>
        // Middleware may pass on a context of its own around this one, so the call is found by its feature, not by a cast.
        context.Features.Get<Invocation>()!.CallAsync(context);

    /// <summary>What the last call threw; null if it succeeded.</summary>
    public async Task<Exception?> InvokeAsync(TriggerCall call, CancellationToken cancellation)
    {
        for (var retries = 0; ; retries++)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                var invocation = new Invocation(function, call, scope.ServiceProvider, retries, cancellation);
                call.Begin(scope.ServiceProvider);
                await pipeline(invocation).ConfigureAwait(false);
                await call.CompleteAsync(invocation.Result).ConfigureAwait(false);
                return null;
            }
            catch (Exception error) when (!cancellation.IsCancellationRequested && function.Retry?.Allows(retries) == true)
            {
                Repeating(logger, error, function.Name, retries + 1, function.Retry.MaxRetryCount);
            }
            catch (Exception error)
            {
                return error;
            }

            try
            {
                await Task.Delay(function.Retry!.Delay(retries + 1), time, cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException stopped)
            {
                return stopped;
            }
        }
    }
}
