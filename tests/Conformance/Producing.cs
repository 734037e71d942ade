namespace Millrace.Conformance;

/// <summary>Sending records and waiting for their acknowledgement.</summary>
internal static class Producing
{
    /// <summary>Sends values one after the other, each in a batch of its own, to partition 0.</summary>
    public static async Task SendAsync(this IProducer<string?, string?> producer, string topic, params string[] values)
    {
        foreach (var value in values)
        {
            await producer.ProduceAsync(new TopicPartition(topic, 0), new Message<string?, string?> { Value = value });
        }
    }

    /// <summary>Sends records as fast as they go, and fails with the first that is not acknowledged.</summary>
    public static void SendAll(this IProducer<string?, string?> producer, IEnumerable<(TopicPartition To, Message<string?, string?> Record)> records)
    {
        Error? refused = null;
        var waiting = 0;
        foreach (var (to, record) in records)
        {
            Interlocked.Increment(ref waiting);
            producer.Produce(to, record, report =>
            {
                Interlocked.Decrement(ref waiting);
                if (report.Error.IsError)
                {
                    Interlocked.CompareExchange(ref refused, report.Error, null);
                }
            });
        }

        producer.Flush(Eventually.Patience);
        Assert.Null(refused);
        Assert.Equal(0, waiting);
    }
}
