using Microsoft.Extensions.Logging;

namespace Millrace.Core;

public sealed partial class StageRunner
{
    private static readonly Func<ILogger, string, string, int, IDisposable?> Scope =
        LoggerMessage.DefineScope<string, string, int>("Stage {Stage}, partition {Topic}/{Partition}");

    [LoggerMessage(1, LogLevel.Error, "Stage {Stage}: the outcomes of a batch of {Records} records could not be made durable; nothing of it is committed, and it is tried again after {Pause}.")]
    private static partial void LogSinkFailed(ILogger log, Exception failure, string stage, int records, TimeSpan pause);

    [LoggerMessage(2, LogLevel.Warning, "Stage {Stage}: partition {Partition} waits for its sink, which is tried again after {Pause}; nothing is lost.")]
    private static partial void LogPartitionWaits(ILogger log, Exception failure, string stage, StreamPartition partition, TimeSpan pause);
}
