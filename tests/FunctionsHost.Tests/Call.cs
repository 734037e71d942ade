using Microsoft.Azure.Functions.Worker;

namespace Millrace.FunctionsHost.Tests;

/// <summary>One call of a test function, as the function saw it.</summary>
public sealed record Call(int Number, KafkaRecord[] Records, FunctionContext Context, CancellationToken Cancellation)
{
    /// <summary>Where the records stand, in their order.</summary>
    public IEnumerable<string> Positions => Records.Select(record => $"{record.Topic}/{record.Partition}/{record.Offset}");
}
