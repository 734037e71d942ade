using Microsoft.Extensions.Logging;

namespace Millrace.FunctionsHost;

internal sealed partial class KafkaListener
{
    [LoggerMessage(1, LogLevel.Error, "Function {Function} lost its consumer; another one starts in {Pause}")]
    private static partial void Restarting(ILogger logger, Exception error, string function, TimeSpan pause);

    [LoggerMessage(2, LogLevel.Error, "Function {Function} did not end although it was cancelled, and is abandoned")]
    private static partial void Abandoned(ILogger logger, string function);
}
