using Microsoft.Extensions.Logging;

namespace Millrace.Broker.Server;

internal sealed partial class Listener
{
    [LoggerMessage(1, LogLevel.Warning, "A connection was not accepted: {Reason}")]
    private static partial void LogNotAccepted(ILogger logger, string reason);

    [LoggerMessage(2, LogLevel.Warning, "A connection was refused: there are {Max} already")]
    private static partial void LogTooMany(ILogger logger, int max);
}
