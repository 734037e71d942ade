using Microsoft.Extensions.Logging;

namespace Millrace.Broker.Storage;

internal sealed partial class JournalFile
{
    [LoggerMessage(1, LogLevel.Warning, "{Directory}: {File} ended with an incomplete entry at byte {Position}; {Count} bytes were cut")]
    private static partial void LogCut(ILogger logger, string directory, string file, long position, long count);

    [LoggerMessage(2, LogLevel.Warning, "{Directory}: {File} could not be rewritten; it goes on growing")]
    private static partial void LogRewriteFailed(ILogger logger, string directory, string file, Exception exception);
}
