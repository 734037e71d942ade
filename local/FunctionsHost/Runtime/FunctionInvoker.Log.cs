using Microsoft.Extensions.Logging;

namespace Millrace.FunctionsHost;

internal sealed partial class FunctionInvoker
{
    [LoggerMessage(1, LogLevel.Warning, "Function {Function} threw and is called again, {Retry} of {MaxRetries} times")]
    private static partial void Repeating(ILogger logger, Exception error, string function, int retry, int maxRetries);
}
