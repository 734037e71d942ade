using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Millrace.Core;

namespace Millrace.Kafka;

/// <summary>Opens sessions without transactions, all over one idempotent producer, which is made anew after an error that it cannot survive.</summary>
internal sealed class AtLeastOnceSink(ProducerConfig config, ILogger log) : ISink, IDisposable
{
    private readonly RenewedProducer _producer = new(config, log);

    /// <inheritdoc/>
    public ValueTask<IPartitionSession> OpenAsync(StageDefinition stage, StreamPartition partition, CancellationToken cancellation) =>
        new(new KafkaSession(_producer.Share()));

    /// <summary>Closes the producer. What is not acknowledged by then was not settled either.</summary>
    public void Dispose() => _producer.Dispose();
}
