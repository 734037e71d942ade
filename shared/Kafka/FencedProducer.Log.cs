using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Millrace.Kafka;

internal sealed partial class FencedProducer
{
    [LoggerMessage(21, LogLevel.Information, "{Producer} owns its partition; the checkpoint is {Checkpoint}")]
    private static partial void LogOpened(ILogger log, string producer, long checkpoint);

    [LoggerMessage(22, LogLevel.Warning, "{Producer} could not abort its transaction, and is opened anew")]
    private static partial void LogNotAborted(ILogger log, Exception failure, string producer);

    [LoggerMessage(23, LogLevel.Warning, "{Producer}: {Code}: {Reason} (fatal: {Fatal})")]
    private static partial void LogClientError(ILogger log, string producer, ErrorCode code, string reason, bool fatal);

    [LoggerMessage(24, LogLevel.Debug, "{Producer}: {Level}: {Line}")]
    private static partial void LogClient(ILogger log, string producer, SyslogLevel level, string line);

    [LoggerMessage(25, LogLevel.Information, "{Producer} aborted its transaction, and begins it again")]
    private static partial void LogAborted(ILogger log, Exception failure, string producer);
}
