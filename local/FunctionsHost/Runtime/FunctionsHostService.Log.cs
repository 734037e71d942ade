using Microsoft.Extensions.Logging;

namespace Millrace.FunctionsHost;

internal sealed partial class FunctionsHostService
{
    [LoggerMessage(1, LogLevel.Information, "Running {Count} functions ({Functions}) with {HostFile}")]
    private static partial void Started(ILogger logger, int count, string functions, string hostFile);

    [LoggerMessage(2, LogLevel.Information, "Answering requests at {Address}")]
    private static partial void Serving(ILogger logger, Uri address);

    [LoggerMessage(3, LogLevel.Information, "Functions with an HTTP trigger are not served ({Functions}): the setting FunctionsHost:Port names no port")]
    private static partial void NotServing(ILogger logger, string functions);
}
