using Microsoft.Extensions.Logging;

namespace Millrace.Canaries;

public sealed partial class CanaryWriter
{
    [LoggerMessage(1, LogLevel.Warning, "A canary of stream {Stream} was not delivered to {Topic}: {Reason}")]
    private static partial void LogNotDelivered(ILogger log, string stream, string topic, string reason);
}
