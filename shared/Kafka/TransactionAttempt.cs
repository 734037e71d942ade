using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Kafka;

/// <summary>The outputs of one try at a transaction on their way to the brokers. Its calls block; one caller at a time.</summary>
/// <param name="client">The producer, in a transaction.</param>
/// <param name="refusals">What is known to be refused; it grows.</param>
/// <param name="deadline">When time is up.</param>
/// <param name="isTracked">
/// Whether each record is followed to its end. That costs as much as producing it does, and a transaction fails as a whole
/// anyway: only after one has failed is it worth knowing for which record.
/// </param>
internal sealed class TransactionAttempt(IProducer<byte[], byte[]> client, Refusals refusals, Deadline deadline, bool isTracked)
{
    // So many records are handed over between two looks at the clock.
    private const int RecordsPerCheck = 256;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ReportPatience = TimeSpan.FromSeconds(1);

    private readonly object _reports = new();
    private int _unreported;
    private Error? _failure;

    public Deadline Deadline => deadline;

    /// <summary>Why the brokers did not take some record, so that the transaction cannot be committed; null while none has failed.</summary>
    public Error? Failure
    {
        get
        {
            lock (_reports)
            {
                return _failure;
            }
        }
    }

    /// <summary>Hands all outputs to the client, but those of records that are known to be refused, and gives them a moment to be sent.</summary>
    /// <exception cref="KafkaException">A record failed: the transaction is to be aborted. An untracked one fails in the next call of the client.</exception>
    public void Produce(IReadOnlyList<ProcessedRecord> batch)
    {
        if (isTracked)
        {
            ProduceTracked(batch);
            Flush();
        }
        else
        {
            // As a rule all is sent by then. Where a record failed, some never will be; the client says so in its next call.
            ProduceUntracked(batch);
            IsSent();
        }
    }

    /// <summary>Waits until everything is sent.</summary>
    /// <exception cref="KafkaException">A record failed, or time is up.</exception>
    public void Flush()
    {
        do
        {
            Check();
        }
        while (!IsSent());

        Check();
    }

    // The library's own wait looks every 10 ms, which is longer than most transactions take.
    private bool IsSent()
    {
        for (var look = 0; look < Slice / Look; look++)
        {
            if (client.Flush(TimeSpan.Zero) == 0)
            {
                return true;
            }

            lock (_reports)
            {
                Monitor.Wait(_reports, Look);
            }
        }

        return false;
    }

    /// <summary>After an abort: waits until every record was reported on, for a refusal may be among the last.</summary>
    public void AwaitReports()
    {
        lock (_reports)
        {
            while (_unreported > 0 && Monitor.Wait(_reports, ReportPatience))
            {
            }
        }
    }

    private void ProduceUntracked(IReadOnlyList<ProcessedRecord> batch)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            if (i % RecordsPerCheck == 0)
            {
                deadline.Check();
            }

            var outputs = batch[i].Outputs;
            for (var j = 0; j < outputs.Count; j++)
            {
                Hand(batch[i], outputs[j], null);
            }
        }
    }

    private void ProduceTracked(IReadOnlyList<ProcessedRecord> batch)
    {
        var single = batch.Sum(processed => processed.Outputs.Count) == 1;
        foreach (var processed in batch)
        {
            foreach (var output in processed.Outputs)
            {
                if (refusals.IsRefused(processed))
                {
                    break;
                }

                var suspect = refusals.IsSuspect(output);
                if (suspect)
                {
                    Flush();
                }

                Check();
                Track(processed, output, suspect || single);
                if (suspect)
                {
                    Flush();
                }
            }
        }
    }

    private void Track(ProcessedRecord processed, OutputRecord output, bool alone)
    {
        lock (_reports)
        {
            _unreported++;
        }

        var handed = false;
        try
        {
            handed = Hand(processed, output, report => Report(processed, output, report.Error, alone));
        }
        finally
        {
            if (!handed)
            {
                Reported();
            }
        }
    }

    /// <returns>False where the client itself refuses it: nothing was sent, and the transaction is none the worse.</returns>
    private bool Hand(ProcessedRecord processed, OutputRecord output, Action<DeliveryReport<byte[], byte[]>>? onReport)
    {
        var record = output.ToKafka();
        while (true)
        {
            try
            {
                client.Produce(output.Topic, record, onReport);
                return true;
            }
            catch (ProduceException<byte[], byte[]> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
            {
                client.Flush(Slice);
                Check();
            }
            catch (KafkaException refusal) when (Refusals.IsRefusal(refusal.Error.Code))
            {
                refusals.Add(processed, output, refusal.Error.Reason, alone: true);
                return false;
            }
        }
    }

    private void Check()
    {
        if (Failure is { } failure)
        {
            throw new KafkaException(failure);
        }

        deadline.Check();
    }

    private void Report(ProcessedRecord processed, OutputRecord output, Error error, bool alone)
    {
        if (Refusals.IsRefusal(error.Code))
        {
            refusals.Add(processed, output, error.Reason, alone);
        }

        lock (_reports)
        {
            _failure ??= error.IsError ? error : null;
        }

        Reported();
    }

    private void Reported()
    {
        lock (_reports)
        {
            _unreported--;
            Monitor.PulseAll(_reports);
        }
    }
}
