using Microsoft.Extensions.Logging;

namespace Millrace.FunctionsHost;

internal sealed partial class BatchRunner
{
    [LoggerMessage(1, LogLevel.Warning, "Function {Function} threw for {Records} records; nothing is committed, retry {Retry} follows at once")]
    private static partial void Repeating(ILogger logger, Exception error, string function, int records, int retry);

    [LoggerMessage(2, LogLevel.Error, "Function {Function} threw for {Records} records after {Retries} retries; their offsets are committed all the same: they are lost unless the function kept them")]
    private static partial void Lost(ILogger logger, Exception error, string function, int records, int retries);

    [LoggerMessage(3, LogLevel.Information, "Function {Function} was cancelled over {Records} records; nothing of them is committed")]
    private static partial void Cancelled(ILogger logger, string function, int records);

    [LoggerMessage(4, LogLevel.Warning, "Function {Function} cannot store offset {Offset} of {Topic} [{Partition}], which it may have lost to another consumer: its records are delivered again")]
    private static partial void NotStored(ILogger logger, Exception error, string function, string topic, int partition, long offset);
}
