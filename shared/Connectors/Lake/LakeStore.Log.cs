using Microsoft.Extensions.Logging;

namespace Millrace.Connectors;

public sealed partial class LakeStore
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Events of table {Table} wait in the spool: they do not become files now")]
    private static partial void LogNotRolled(ILogger log, Exception failure, string table);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Hours of stream {Stream} are not marked complete now, even if they are")]
    private static partial void LogNotMarked(ILogger log, Exception failure, string stream);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Events stay in the spool until their partitions are opened again")]
    private static partial void LogLeft(ILogger log, Exception failure);
}
