namespace Millrace.Broker.Transactions;

/// <summary>A partition in a transaction.</summary>
internal readonly record struct TransactionPartition(string Topic, int Partition);
