namespace Millrace.Broker.Transactions;

/// <summary>What a transaction writes to: a partition, or the offsets of a group.</summary>
internal interface ITransactionParticipant
{
    /// <summary>Makes what the producer wrote in its open transaction visible, or drops it; durable when it returns, as durable as the broker is.</summary>
    /// <remarks>Without an open transaction of that producer, nothing happens but that older epochs of it are fenced: the end of a transaction may be told twice.</remarks>
    void End(long producerId, short producerEpoch, bool committed);
}
