using Microsoft.Azure.Functions.Worker;

namespace Millrace.FunctionsHost.Tests;

/// <summary>The functions that run as they should; a test names the one that it wants.</summary>
public sealed class TestFunctions(Calls calls)
{
    [Function("Batched")]
    public Task Batched(
        [KafkaTrigger("%Brokers%", "%Topic%", ConsumerGroup = "%Group%", IsBatched = true, KeyDataType = KafkaMessageKeyType.Binary)] KafkaRecord[] records,
        FunctionContext context,
        CancellationToken cancellation) => calls.CallAsync(records, context, cancellation);

    [Function("One")]
    public async ValueTask One(
        [KafkaTrigger("%Brokers%", "%Topic%", ConsumerGroup = "%Group%", KeyDataType = KafkaMessageKeyType.Binary)] KafkaRecord record,
        FunctionContext context,
        CancellationToken cancellation) => await calls.CallAsync([record], context, cancellation);

    [Function("Repeated")]
    [FixedDelayRetry(2, "00:00:00")]
    public Task Repeated(
        [KafkaTrigger("%Brokers%", "%Topic%", ConsumerGroup = "%Group%", IsBatched = true, KeyDataType = KafkaMessageKeyType.Binary)] KafkaRecord[] records,
        FunctionContext context) => calls.CallAsync(records, context, context.CancellationToken);
}
