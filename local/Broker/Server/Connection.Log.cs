using Microsoft.Extensions.Logging;

namespace Millrace.Broker.Server;

internal sealed partial class Connection
{
    [LoggerMessage(1, LogLevel.Warning, "{Peer} sent what is no request, and was disconnected: {Reason}")]
    private static partial void LogNoRequest(ILogger logger, string peer, string reason);

    [LoggerMessage(2, LogLevel.Debug, "The connection of {Peer} is gone: {Reason}")]
    private static partial void LogGone(ILogger logger, string peer, string reason);
}
