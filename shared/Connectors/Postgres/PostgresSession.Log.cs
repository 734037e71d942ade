using Microsoft.Extensions.Logging;
using Millrace.Core;

namespace Millrace.Connectors;

internal sealed partial class PostgresSession
{
    [LoggerMessage(101, LogLevel.Information, "Stage {Stage}, {Partition}: the server refuses the batch, which is written with care now: {Reason}")]
    private static partial void LogRefused(ILogger log, string stage, StreamPartition partition, string reason);

    [LoggerMessage(102, LogLevel.Information, "Stage {Stage}, {Partition}: {Count} events are in {Table} already, or twice in the batch, and do not enter again")]
    private static partial void LogDuplicates(ILogger log, string stage, StreamPartition partition, int count, string table);
}
