using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Kafka;

/// <summary>The outputs of one try at a transaction on their way to the brokers. Its calls block; one caller at a time.</summary>
internal sealed class TransactionAttempt(IProducer<byte[], byte[]> client, Refusals refusals, Deadline deadline)
{
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

    /// <summary>Hands all outputs to the client, but those of records that are known to be refused; waits for room.</summary>
    /// <exception cref="KafkaException">A record failed: the transaction is to be aborted.</exception>
    public void Produce(IReadOnlyList<ProcessedRecord> batch)
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

                Produce(processed, output, suspect || single);
                if (suspect)
                {
                    Flush();
                }
            }
        }

        if (refusals.Count > 0)
        {
            Flush();
        }
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

    private void Produce(ProcessedRecord processed, OutputRecord output, bool alone)
    {
        var record = output.ToKafka();
        lock (_reports)
        {
            _unreported++;
        }

        while (true)
        {
            Check();
            try
            {
                client.Produce(output.Topic, record, report => Report(processed, output, report.Error, alone));
                return;
            }
            catch (ProduceException<byte[], byte[]> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
            {
                client.Flush(Slice);
            }
            catch (KafkaException refusal) when (Refusals.IsRefusal(refusal.Error.Code))
            {
                // Refused by the client itself: nothing was sent, and the transaction is none the worse.
                refusals.Add(processed, output, refusal.Error.Reason, alone: true);
                Reported();
                return;
            }
            catch (KafkaException)
            {
                Reported();
                throw;
            }
        }
    }

    private void Flush()
    {
        do
        {
            Check();
        }
        while (client.Flush(Slice) > 0);

        Check();
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
