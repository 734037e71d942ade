using Microsoft.Extensions.Logging;

namespace Millrace.Intake;

internal sealed partial class FailureLog
{
    [LoggerMessage(1, LogLevel.Warning, "{Events} events are not known to be stored: {Reason}")]
    private static partial void LogNotStored(ILogger log, long events, string reason);
}
