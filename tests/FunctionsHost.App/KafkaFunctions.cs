using Microsoft.Azure.Functions.Worker;

namespace Millrace.FunctionsHost.App;

/// <summary>Functions of a topic.</summary>
public sealed class KafkaFunctions(Reporter reporter, Scope scope)
{
    [Function(nameof(Batched))]
    public Task Batched(
        [KafkaTrigger("%Brokers%", "%Topic%", ConsumerGroup = "%Group%", IsBatched = true, KeyDataType = KafkaMessageKeyType.Binary)] KafkaRecord[] records,
        FunctionContext context,
        CancellationToken cancellation)
    {
        context.Trail().Add("function");
        return reporter.CallAsync(CallReport.Of(context, scope) with { Records = records }, cancellation);
    }

    [Function(nameof(One))]
    public async ValueTask One(
        [KafkaTrigger("%Brokers%", "%Topic%", ConsumerGroup = "%Group%", KeyDataType = KafkaMessageKeyType.Binary)] KafkaRecord record,
        FunctionContext context,
        CancellationToken cancellation) => await reporter.CallAsync(CallReport.Of(context, scope) with { Records = [record] }, cancellation);

    [Function(nameof(Repeated))]
    [FixedDelayRetry(2, "00:00:00")]
    public Task Repeated(
        [KafkaTrigger("%Brokers%", "%Topic%", ConsumerGroup = "%Group%", IsBatched = true, KeyDataType = KafkaMessageKeyType.Binary)] KafkaRecord[] records,
        FunctionContext context) => reporter.CallAsync(CallReport.Of(context, scope) with { Records = records }, context.CancellationToken);

    /// <summary>Ends as if nothing had happened when it is cancelled.</summary>
    [Function(nameof(EndsWell))]
    public async Task EndsWell(
        [KafkaTrigger("%Brokers%", "%Topic%", ConsumerGroup = "%Group%", IsBatched = true, KeyDataType = KafkaMessageKeyType.Binary)] KafkaRecord[] records,
        FunctionContext context,
        CancellationToken cancellation)
    {
        try
        {
            await reporter.CallAsync(CallReport.Of(context, scope) with { Records = records }, cancellation);
        }
        catch (OperationCanceledException)
        {
            // A function that finishes what it was doing.
        }
    }
}
