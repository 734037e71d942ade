using Microsoft.Extensions.Logging;

namespace Millrace.Connectors;

internal sealed partial class LakeFlush
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The log of table {Table} has no checkpoint at version {Version}; a later commit writes one")]
    private static partial void LogNoCheckpoint(ILogger log, Exception failure, string table, long version);
}
