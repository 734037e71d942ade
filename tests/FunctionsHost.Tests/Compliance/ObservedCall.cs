using Microsoft.Azure.Functions.Worker;
using Millrace.FunctionsHost.App;

namespace Millrace.FunctionsHost.Tests;

/// <summary>One call of a function of the watched app.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Report">What the function told.</param>
/// <param name="Cancellation">Cancelled with the call.</param>
public sealed record ObservedCall(int Number, CallReport Report, CancellationToken Cancellation)
{
    public KafkaRecord[] Records => Report.Records;

    /// <summary>Where the records stand, in their order.</summary>
    public IEnumerable<string> Positions => Records.Select(record => $"{record.Topic}/{record.Partition}/{record.Offset}");

    /// <summary>Waits until the call is cancelled: nothing of it is committed.</summary>
    public Task UntilCancelledAsync() => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, Cancellation);
}
