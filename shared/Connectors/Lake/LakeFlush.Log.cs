using Microsoft.Extensions.Logging;

namespace Millrace.Connectors;

internal sealed partial class LakeFlush
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The log of table {Table} has no checkpoint at version {Version}; a later commit writes one")]
    private static partial void LogNoCheckpoint(ILogger log, Exception failure, string table, long version);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Rows} events of table {Table} came when hour {Hour} had been marked complete; they are in it, from {Application}")]
    private static partial void LogLate(ILogger log, long rows, string table, LakeHour hour, string application);
}
