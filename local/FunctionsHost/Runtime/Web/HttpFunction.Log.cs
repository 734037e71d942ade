using Microsoft.Extensions.Logging;

namespace Millrace.FunctionsHost;

internal sealed partial class HttpFunction
{
    [LoggerMessage(1, LogLevel.Error, "Function {Function} threw at {Method} {Path}")]
    private static partial void Failed(ILogger logger, Exception error, string function, string method, string path);
}
