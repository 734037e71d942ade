using Microsoft.Extensions.Logging;

namespace Millrace.Connectors;

internal sealed partial class HourMarks
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Hour {Hour} of table {Table} is complete")]
    private static partial void LogComplete(ILogger log, LakeHour hour, string table);
}
