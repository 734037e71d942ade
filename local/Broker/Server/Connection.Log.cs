using Microsoft.Extensions.Logging;

namespace Millrace.Broker.Server;

internal sealed partial class Connection
{
    [LoggerMessage(1, LogLevel.Warning, "{Peer} sent what is no request, and was disconnected: {Reason}")]
    private static partial void LogNoRequest(ILogger logger, string peer, string reason);

    [LoggerMessage(2, LogLevel.Debug, "The connection of {Peer} is gone: {Reason}")]
    private static partial void LogGone(ILogger logger, string peer, string reason);

    [LoggerMessage(3, LogLevel.Warning, "{Peer} does not read, and was disconnected: {Reason}")]
    private static partial void LogUnread(ILogger logger, string peer, string reason);

    [LoggerMessage(4, LogLevel.Error, "The connection of {Peer} was closed: its request could neither be answered nor refused")]
    private static partial void LogBroken(ILogger logger, Exception exception, string peer);
}
