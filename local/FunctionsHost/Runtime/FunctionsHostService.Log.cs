using Microsoft.Extensions.Logging;

namespace Millrace.FunctionsHost;

internal sealed partial class FunctionsHostService
{
    [LoggerMessage(1, LogLevel.Information, "Running {Count} functions ({Functions}) with {HostFile}")]
    private static partial void Started(ILogger logger, int count, string functions, string hostFile);
}
