using Microsoft.Extensions.Logging;
using Millrace.Core;

namespace Millrace.Connectors;

public sealed partial class PostgresStore
{
    [LoggerMessage(100, LogLevel.Information, "Stage {Stage} owns {Partition} in PostgreSQL, epoch {Epoch}; the checkpoint is {Checkpoint}")]
    private static partial void LogOwned(ILogger log, string stage, StreamPartition partition, long epoch, long checkpoint);
}
