using Microsoft.Extensions.Logging;

namespace Millrace.Telemetry;

internal sealed partial class LagMetrics
{
    [LoggerMessage(1, LogLevel.Warning, "How far stage {Stage} is behind cannot be read; there is no such metric until it can.")]
    private static partial void LogNotRead(ILogger log, Exception failure, string stage);
}
