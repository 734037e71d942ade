using Microsoft.Extensions.Logging;

namespace Millrace.Broker.Server;

internal static partial class BrokerLog
{
    [LoggerMessage(1, LogLevel.Error, "Retention, compaction or expiry failed; it is tried again")]
    public static partial void MaintenanceFailed(ILogger logger, Exception exception);
}
