using Microsoft.Extensions.Logging;

namespace Millrace.Broker.Storage;

internal sealed partial class PartitionLog
{
    [LoggerMessage(1, LogLevel.Error, "{Partition}: records could not be written at offset {Offset}")]
    private static partial void LogWriteFailed(ILogger logger, string partition, long offset, Exception exception);

    [LoggerMessage(2, LogLevel.Error, "{Partition}: records could not be read at offset {Offset}")]
    private static partial void LogReadFailed(ILogger logger, string partition, long offset, Exception exception);

    [LoggerMessage(3, LogLevel.Warning, "{Partition}: the log was not closed cleanly; the next start will take longer")]
    private static partial void LogCloseFailed(ILogger logger, string partition, Exception exception);

    [LoggerMessage(4, LogLevel.Error, "{Partition}: maintenance failed and is tried again")]
    private static partial void LogMaintenanceFailed(ILogger logger, string partition, Exception exception);

    [LoggerMessage(5, LogLevel.Information, "{Partition}: {Count} old segments were deleted; the partition begins with offset {StartOffset}")]
    private static partial void LogRetention(ILogger logger, string partition, int count, long startOffset);

    [LoggerMessage(6, LogLevel.Information, "{Partition}: {File} was compacted from {Before} to {After} bytes")]
    private static partial void LogCompacted(ILogger logger, string partition, string file, long before, long after);
}
