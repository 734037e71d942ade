using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Millrace.FunctionsHost;

internal sealed partial class KafkaSubscription
{
    [LoggerMessage(1, LogLevel.Information, "Function {Function} is assigned {Partitions}")]
    private static partial void Assigned(ILogger logger, string function, string partitions);

    [LoggerMessage(2, LogLevel.Information, "Function {Function} is revoked {Partitions}")]
    private static partial void Revoked(ILogger logger, string function, string partitions);

    [LoggerMessage(3, LogLevel.Error, "Function {Function} cannot consume: {Reason}")]
    private static partial void ConsumeFailed(ILogger logger, Exception error, string function, string reason);

    [LoggerMessage(4, LogLevel.Warning, "Function {Function}: the Kafka client reports {Code}: {Reason}")]
    private static partial void ClientError(ILogger logger, string function, ErrorCode code, string reason);

    [LoggerMessage(5, LogLevel.Information, "Function {Function} has no room for a further batch of {Records} records and waits for the one that runs")]
    private static partial void Full(ILogger logger, string function, int records);

    [LoggerMessage(6, LogLevel.Warning, "Function {Function} left its consumer group without success; its partitions stay with it until the session times out")]
    private static partial void NotClosed(ILogger logger, Exception error, string function);

    [LoggerMessage(7, LogLevel.Information, "Function {Function}: statistics of the Kafka client: {Statistics}")]
    private static partial void Statistics(ILogger logger, string function, string statistics);

    [LoggerMessage(9, LogLevel.Warning, "Function {Function} has lost {Partitions}, which were revoked while it was not heard of")]
    private static partial void Lost(ILogger logger, string function, string partitions);

    [LoggerMessage(EventId = 8, Message = "Function {Function}: {Facility}: {Text}")]
    private static partial void ClientLog(ILogger logger, LogLevel level, string function, string facility, string text);
}
