using Microsoft.Extensions.Logging;

namespace Millrace.Local;

internal sealed partial class ConsoleGate
{
    [LoggerMessage(1, LogLevel.Error, "{Method} {Path} failed")]
    private static partial void Failed(ILogger logger, Exception failure, string method, string path);
}
