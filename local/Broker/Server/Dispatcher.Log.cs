using Microsoft.Extensions.Logging;

namespace Millrace.Broker.Server;

internal sealed partial class Dispatcher
{
    [LoggerMessage(1, LogLevel.Error, "A {Key} request of {ClientId} failed")]
    private static partial void LogFailed(ILogger logger, Exception exception, ApiKey key, string clientId);
}
