using Microsoft.Extensions.Logging;

namespace Millrace.Lookups;

internal sealed partial class SecretSource
{
    [LoggerMessage(20, LogLevel.Warning, "A secret has changed and cannot be used, so that the former one is still shown: {Cause}")]
    private static partial void LogUnusable(ILogger logger, string cause);
}
