using System.Threading.Channels;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Batch = System.Collections.Generic.IReadOnlyList<Confluent.Kafka.ConsumeResult<byte[]?, byte[]?>>;

namespace Millrace.FunctionsHost;

/// <summary>Runs one batch at a time and stores what was done: the rules of the real extension, those that lose events included.</summary>
/// <remarks>
/// <para>A call that throws is repeated at once, without a pause, until <c>maxRetries</c> is reached, and the offsets are then stored
/// anyway; with <c>commitOnFailure</c> they are stored at the first failure. A call during which the host stops stores nothing, even
/// if it succeeds.</para>
/// <para>Here offsets are stored by topic and partition. The extension stores them by partition number only, so that of a
/// subscription to several topics it may commit the offset of just one of them.</para>
/// </remarks>
internal sealed partial class BatchRunner(
    FunctionMethod function, FunctionInvoker invoker, KafkaOptions options, Action<TopicPartitionOffset> store, FunctionStatus status, ILogger logger)
{
    /// <summary>Runs batches until the channel ends or the token is cancelled; never throws for what a function throws.</summary>
    public async Task RunAsync(ChannelReader<Batch> batches, CancellationToken cancellation)
    {
        try
        {
            while (await batches.WaitToReadAsync(cancellation).ConfigureAwait(false))
            {
                while (!cancellation.IsCancellationRequested && batches.TryRead(out var batch))
                {
                    status.Begin(batch.Count);
                    await RunAsync(batch, cancellation).ConfigureAwait(false);
                    status.End();
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The host stops, or the consumer is replaced: what waits is delivered again.
        }
    }

    private Task RunAsync(Batch batch, CancellationToken cancellation) => function.Trigger is KafkaFunctionTrigger { Attribute.IsBatched: true }
        ? CallAsync(batch, cancellation)
        : Task.WhenAll(batch.GroupBy(record => record.TopicPartition).Select(partition => CallEachAsync(partition, cancellation)));

    private async Task CallEachAsync(IEnumerable<ConsumeResult<byte[]?, byte[]?>> partition, CancellationToken cancellation)
    {
        foreach (var record in partition)
        {
            if (cancellation.IsCancellationRequested)
            {
                return;
            }

            await CallAsync([record], cancellation).ConfigureAwait(false);
        }
    }

    private async Task CallAsync(Batch records, CancellationToken cancellation)
    {
        for (var retries = 0; ; retries++)
        {
            var error = await invoker.InvokeAsync(new KafkaCall(records), cancellation).ConfigureAwait(false);
            if (cancellation.IsCancellationRequested)
            {
                Cancelled(logger, function.Name, records.Count);
                return;
            }

            if (error is null)
            {
                break;
            }

            status.Fail(error);
            if (options.CommitOnFailure || (options.MaxRetries >= 0 && retries >= options.MaxRetries))
            {
                Lost(logger, error, function.Name, records.Count, retries);
                break;
            }

            Repeating(logger, error, function.Name, records.Count, retries + 1);
        }

        Store(records);
    }

    private void Store(Batch records)
    {
        var last = new Dictionary<TopicPartition, Offset>();
        foreach (var record in records)
        {
            last[record.TopicPartition] = record.Offset + 1;
        }

        foreach (var (partition, next) in last)
        {
            try
            {
                store(new TopicPartitionOffset(partition, next));
            }
            catch (KafkaException error)
            {
                NotStored(logger, error, function.Name, partition.Topic, partition.Partition, next);
            }
        }
    }
}
