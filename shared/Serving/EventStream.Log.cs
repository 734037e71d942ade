using Microsoft.Extensions.Logging;

namespace Millrace.Serving;

public sealed partial class EventStream
{
    [LoggerMessage(1, LogLevel.Information, "A client took nothing for {StallTime}, and is cut off")]
    private static partial void LogStalled(ILogger log, TimeSpan stallTime);

    [LoggerMessage(2, LogLevel.Warning, "A stream ends, as it cannot be read: {Reason}. Its client may come again, and goes on where it was")]
    private static partial void LogNotRead(ILogger log, string reason);
}
