using Microsoft.Extensions.Logging;

namespace Millrace.Local;

public sealed partial class ServerSentEvents
{
    [LoggerMessage(1, LogLevel.Warning, "The stream {Uri} was interrupted: {Cause}. It is asked again in {Pause}.")]
    private static partial void LogInterrupted(ILogger logger, Uri uri, string cause, TimeSpan pause);
}
