namespace Millrace.Conformance;

/// <summary>Calls that every transaction makes.</summary>
internal static class Transactions
{
    /// <summary>Calls again while the client says that the error is one to be retried.</summary>
    public static void Retry(Action call)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                call();
                return;
            }
            catch (KafkaRetriableException) when (TimeProvider.System.GetElapsedTime(started) < Eventually.Patience)
            {
            }
        }
    }

    /// <summary>Sends values to partition 0 in a transaction, and leaves it open.</summary>
    public static async Task BeginWithAsync(this IProducer<string?, string?> producer, string topic, params string[] values)
    {
        producer.BeginTransaction();
        await producer.SendAsync(topic, values);
    }

    /// <summary>Sends values to partition 0 in a transaction of their own.</summary>
    public static async Task CommitAsync(this IProducer<string?, string?> producer, string topic, params string[] values)
    {
        await producer.BeginWithAsync(topic, values);
        producer.CommitTransaction(Eventually.Patience);
    }

    /// <summary>Sends values to partition 0 in a transaction of their own, which comes to nothing.</summary>
    public static async Task AbortAsync(this IProducer<string?, string?> producer, string topic, params string[] values)
    {
        await producer.BeginWithAsync(topic, values);
        producer.AbortTransaction(Eventually.Patience);
    }
}
