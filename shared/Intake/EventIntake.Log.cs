using Microsoft.Extensions.Logging;

namespace Millrace.Intake;

internal sealed partial class EventIntake
{
    [LoggerMessage(1, LogLevel.Warning, "{Failed} of a request's {Events} events are not known to be stored: {Reason}")]
    private static partial void LogNotStored(ILogger log, int failed, int events, string reason);

    [LoggerMessage(2, LogLevel.Warning, "An event that does not match its schema has no error event: too many events wait to be stored")]
    private static partial void LogNoError(ILogger log);
}
