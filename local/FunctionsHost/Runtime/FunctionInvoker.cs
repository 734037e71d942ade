using Confluent.Kafka;
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
    public async Task<Exception?> InvokeAsync(IReadOnlyList<ConsumeResult<byte[]?, byte[]?>> records, CancellationToken cancellation)
    {
        for (var retries = 0; ; retries++)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await pipeline(new Invocation(function, Bind(records), scope.ServiceProvider, retries, cancellation)).ConfigureAwait(false);
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

    // Each call gets records of its own, as it does across the process boundary of the real host; the bytes are shared.
    private static KafkaRecord[] Bind(IReadOnlyList<ConsumeResult<byte[]?, byte[]?>> results)
    {
        var records = new KafkaRecord[results.Count];
        for (var i = 0; i < records.Length; i++)
        {
            var result = results[i];
            records[i] = new KafkaRecord
            {
                Topic = result.Topic,
                Partition = result.Partition,
                Offset = result.Offset,
                Key = result.Message.Key!,
                Value = result.Message.Value!,
                Timestamp = new KafkaTimestamp { UnixTimestampMs = result.Message.Timestamp.UnixTimestampMs },
                Headers = [.. (result.Message.Headers ?? []).Select(header => new KafkaHeader { Key = header.Key, Value = header.GetValueBytes() })],
            };
        }

        return records;
    }
}
