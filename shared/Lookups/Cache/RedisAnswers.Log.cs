using Microsoft.Extensions.Logging;

namespace Millrace.Lookups;

internal sealed partial class RedisAnswers
{
    [LoggerMessage(10, LogLevel.Warning, "The Redis of the lookups '{Name}' at {Address} does not serve ({Cause}); since the last word on it {Failures} times. Lookups go on without it.")]
    private static partial void LogDown(ILogger logger, string name, string address, string cause, long failures);
}
