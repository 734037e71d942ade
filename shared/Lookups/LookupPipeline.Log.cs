using Microsoft.Extensions.Logging;

namespace Millrace.Lookups;

internal static partial class LookupPipeline
{
    [LoggerMessage(1, LogLevel.Debug, "Attempt {Attempt} at {Uri} failed: {Cause}. The next one follows in {Delay}.")]
    private static partial void LogRetrying(ILogger logger, Uri uri, int attempt, string cause, TimeSpan delay);

    [LoggerMessage(2, LogLevel.Warning, "Too many lookups fail, the latest at {Host}: {Cause}. None is made for {Break}.")]
    private static partial void LogCircuitOpened(ILogger logger, string host, TimeSpan @break, string? cause);

    [LoggerMessage(3, LogLevel.Information, "Lookups succeed again, the latest at {Host}.")]
    private static partial void LogCircuitClosed(ILogger logger, string host);
}
