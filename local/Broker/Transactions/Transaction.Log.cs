using Microsoft.Extensions.Logging;

namespace Millrace.Broker.Transactions;

internal sealed partial class Transaction
{
    [LoggerMessage(1, LogLevel.Information, "The transaction of {TransactionalId} was not ended within {Timeout}: it is aborted, and its producer fenced")]
    private static partial void TimedOut(ILogger logger, string transactionalId, TimeSpan timeout);

    [LoggerMessage(2, LogLevel.Information, "The transaction of {TransactionalId} was in {State} when the broker stopped: it is ended")]
    private static partial void Recovered(ILogger logger, string transactionalId, TransactionState state);

    [LoggerMessage(3, LogLevel.Error, "The transaction of {TransactionalId} cannot be ended for now")]
    private static partial void EndFailed(ILogger logger, Exception error, string transactionalId);
}
