using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Millrace.Kafka;

public sealed partial class KafkaSink
{
    [LoggerMessage(1, LogLevel.Warning, "Kafka producer: {Code}: {Reason} (fatal: {Fatal})")]
    private static partial void LogClientError(ILogger log, ErrorCode code, string reason, bool fatal);

    [LoggerMessage(2, LogLevel.Debug, "Kafka producer: {Level}: {Line}")]
    private static partial void LogClient(ILogger log, SyslogLevel level, string line);
}
