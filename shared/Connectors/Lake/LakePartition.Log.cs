using Microsoft.Extensions.Logging;

namespace Millrace.Connectors;

internal sealed partial class LakePartition
{
    [LoggerMessage(Level = LogLevel.Information, Message = "The lake has {Application} up to {Checkpoint}; {Entries} entries of its spool are not in the table yet")]
    private static partial void LogOpened(ILogger log, string application, long checkpoint, int entries);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Events of {Application} wait in the spool: they do not become files now")]
    private static partial void LogNotRolled(ILogger log, Exception failure, string application);
}
