using Microsoft.Extensions.Logging;

namespace Millrace.Broker.Storage;

internal sealed partial class LogRecovery
{
    [LoggerMessage(1, LogLevel.Warning, "{Partition}: {File} is missing or does not fit its segment; it is built anew from it")]
    private static partial void LogRebuild(ILogger logger, string partition, string file);

    [LoggerMessage(2, LogLevel.Warning, "{Partition}: {File} ended with an incomplete batch at offset {Offset}, byte {Position}; {Count} bytes were cut")]
    private static partial void LogCut(ILogger logger, string partition, string file, long offset, long position, long count);
}
