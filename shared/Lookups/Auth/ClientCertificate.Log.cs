using Microsoft.Extensions.Logging;

namespace Millrace.Lookups;

internal sealed partial class ClientCertificate
{
    [LoggerMessage(21, LogLevel.Warning, "A client certificate has changed and cannot be used, so that the former one is still shown: {Cause}")]
    private static partial void LogUnusable(ILogger logger, string cause);
}
