using System.Net;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Millrace.Lookups;

/// <summary>What surrounds an attempt, from the outside in; the order is the contract of <see cref="HttpLookup"/>.</summary>
internal static partial class LookupPipeline
{
    public static ResiliencePipeline<LookupAttempt> Build(LookupOptions options, IRequestCredentials? credentials, HostRates? rates, CallMeter meter, TimeProvider time, ILogger logger)
    {
        var circuit = meter.Circuit;
        var builder = new ResiliencePipelineBuilder<LookupAttempt> { TimeProvider = time }
            .AddTimeout(TotalTimeout(options))
            .AddConcurrencyLimiter(options.MaxConcurrency, queueLimit: int.MaxValue);
        if (options.Attempts > 1)
        {
            builder.AddRetry(Retry(options, meter, logger));
        }

        builder.AddRetry(WaitForCircuit(options, circuit)).AddCircuitBreaker(Circuit(options, circuit, logger));
        if (credentials is not null)
        {
            builder.AddRetry(Renewal(credentials));
        }

        if (rates is not null)
        {
            // Next to the request, so that none goes out that did not wait for its turn.
            builder.AddStrategy(_ => new HostRateStrategy(rates), new HostRateStrategyOptions());
        }

        return builder.AddTimeout(options.AttemptTimeout).Build();
    }

    /// <summary>Why the attempt that ended so has failed; null where it has not, or where it was never made.</summary>
    public static LookupFailure? FailureOf(Outcome<LookupAttempt> outcome) => outcome.Exception switch
    {
        null => outcome.Result.Failure,
        TimeoutRejectedException timeout => TimedOut(timeout),
        _ => null,
    };

    /// <summary>The failure of an attempt that took too long.</summary>
    public static LookupFailure TimedOut(TimeoutRejectedException exception) =>
        new(LookupErrorTypes.Timeout, $"there was no whole answer within {exception.Timeout.TotalSeconds:0.###} s") { Exception = exception };

    private static TimeoutStrategyOptions TotalTimeout(LookupOptions options) => new()
    {
        Timeout = options.TotalTimeout,
        OnTimeout = args =>
        {
            LookupCall.Of(args.Context).OutOfTime = true;
            return default;
        },
    };

    private static RetryStrategyOptions<LookupAttempt> Retry(LookupOptions options, CallMeter meter, ILogger logger) => new()
    {
        MaxRetryAttempts = options.Attempts - 1,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = options.BaseDelay,
        MaxDelay = options.MaxDelay,
        ShouldHandle = args => ValueTask.FromResult(
            FailureOf(args.Outcome) is { Retryable: true } failure
            && LookupCall.Of(args.Context).HasTimeFor(failure.RetryAfter ?? TimeSpan.Zero)),
        DelayGenerator = args => ValueTask.FromResult(FailureOf(args.Outcome)?.RetryAfter),
        OnRetry = args =>
        {
            var call = LookupCall.Of(args.Context);
            call.LastFailure = FailureOf(args.Outcome);
            meter.Retried();
            LogRetrying(logger, call.Uri, call.Attempts, call.LastFailure!.Cause, args.RetryDelay);
            return default;
        },
    };

    // What is refused may have been replaced meanwhile: that is asked for, and shown, once.
    private static RetryStrategyOptions<LookupAttempt> Renewal(IRequestCredentials credentials) => new()
    {
        MaxRetryAttempts = 1,
        Delay = TimeSpan.Zero,
        ShouldHandle = async args => args.AttemptNumber == 0
            && (args.Outcome.Result.Answer?.Status ?? args.Outcome.Result.Failure?.Status) == HttpStatusCode.Unauthorized
            && LookupCall.Of(args.Context).Shown is { } shown
            && await credentials.RenewAsync(shown, args.Context.CancellationToken).ConfigureAwait(false),
    };

    // A retry of its own, so that waiting for the circuit uses up none of the attempts.
    private static RetryStrategyOptions<LookupAttempt> WaitForCircuit(LookupOptions options, CircuitBreakerStateProvider circuit)
    {
        return new()
        {
            MaxRetryAttempts = int.MaxValue,
            ShouldHandle = args => ValueTask.FromResult(
                args.Outcome.Exception is BrokenCircuitException broken && LookupCall.Of(args.Context).HasTimeFor(Pause(broken))),
            DelayGenerator = args => ValueTask.FromResult<TimeSpan?>(Pause((BrokenCircuitException)args.Outcome.Exception!)),
        };

        // While a probe is under way, its end is near and nobody knows when: look again soon.
        TimeSpan Pause(BrokenCircuitException broken) =>
            circuit.CircuitState == CircuitState.Open && broken.RetryAfter is { } pause && pause > TimeSpan.Zero
                ? pause
                : options.BaseDelay;
    }

    private static CircuitBreakerStrategyOptions<LookupAttempt> Circuit(LookupOptions options, CircuitBreakerStateProvider circuit, ILogger logger) => new()
    {
        FailureRatio = options.CircuitFailureRatio,
        MinimumThroughput = options.CircuitMinimumThroughput,
        SamplingDuration = options.CircuitSamplingDuration,
        BreakDuration = options.CircuitBreakDuration,
        StateProvider = circuit,
        ShouldHandle = args => ValueTask.FromResult(FailureOf(args.Outcome) is { Retryable: true }),
        OnOpened = args =>
        {
            var call = LookupCall.Of(args.Context);
            LogCircuitOpened(logger, call.Uri.Host, args.BreakDuration, FailureOf(args.Outcome)?.Cause);
            return default;
        },
        OnClosed = args =>
        {
            LogCircuitClosed(logger, LookupCall.Of(args.Context).Uri.Host);
            return default;
        },
    };

    private sealed class HostRateStrategyOptions : ResilienceStrategyOptions;
}
