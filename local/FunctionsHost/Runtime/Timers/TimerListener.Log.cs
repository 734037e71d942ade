using Microsoft.Extensions.Logging;

namespace Millrace.FunctionsHost;

internal sealed partial class TimerListener
{
    [LoggerMessage(1, LogLevel.Error, "Function {Function} threw; its schedule goes on")]
    private static partial void Failed(ILogger logger, Exception error, string function);

    [LoggerMessage(2, LogLevel.Error, "Function {Function} did not end although it was cancelled, and is abandoned")]
    private static partial void Abandoned(ILogger logger, string function);

    [LoggerMessage(3, LogLevel.Warning, "Function {Function}: its occurrences cannot be written below {Setting}; one that is missed will not be made up for")]
    private static partial void NotRemembered(ILogger logger, Exception error, string function, string setting);
}
