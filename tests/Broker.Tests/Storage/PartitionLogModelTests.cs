using Millrace.Broker.Storage;

namespace Millrace.Broker.Tests.Storage;

/// <summary>Random operations on a log on disk that is opened anew after each of them, and on one in memory that never is.</summary>
public sealed class PartitionLogModelTests : IDisposable
{
    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"millrace-{Guid.NewGuid():N}");

    public void Dispose()
    {
        if (Directory.Exists(_directory))
        {
            Directory.Delete(_directory, recursive: true);
        }
    }

    [Theory]
    [InlineData(101)]
    [InlineData(102)]
    [InlineData(103)]
    [InlineData(104)]
    public void A_log_that_is_opened_after_every_step_is_the_same_as_one_that_stays_open(int seed)
    {
        var random = new Random(seed);
        var settings = new LogSettings { SegmentBytes = 1500, RetentionTime = null };
        using var model = new TestLog(settings);
        using var disk = new TestLog(settings, new DiskVolume(_directory, new OpenFiles(most: 3)));
        var sequences = new int[4];
        for (var step = 0; step < 300; step++)
        {
            var (what, producer) = (random.Next(12), random.Next(sequences.Length));
            Step(model, what, producer, new Random(step), sequences[producer]);
            if (Step(disk, what, producer, new Random(step), sequences[producer]) is { } count)
            {
                sequences[producer] += count;
            }

            if (random.Next(2) == 0)
            {
                disk.Reopen();
            }
            else
            {
                disk.Crash();
            }

            Assert.True(Describe(model) == Describe(disk), $"seed {seed}, step {step}: {what}\n{Describe(model)}\n{Describe(disk)}");
        }
    }

    // How many sequence numbers the producer has used, if that was what was done.
    private static int? Step(TestLog test, int what, int producer, Random random, int sequence)
    {
        switch (what)
        {
            case 0:
                // Fences are in the log only with a transaction: without one, they may be forgotten with the process.
                if (test.Log.HasOpenTransaction(producer, 0))
                {
                    test.Log.End(producer, 0, committed: true);
                }

                return null;
            case 1:
                if (test.Log.HasOpenTransaction(producer, 0))
                {
                    test.Log.End(producer, 0, committed: false);
                }

                return null;
            case 2 when random.Next(4) == 0:
                test.Log.DeleteRecords(test.Log.StartOffset + ((test.Log.EndOffset - test.Log.StartOffset) / 3), out _);
                return null;
            case 3:
                test.Log.Settings = test.Settings with { RetentionBytes = 20_000 };
                test.Log.Maintain();
                return null;
            case 4:
                // Sent twice.
                test.Append(Batch.By(producer, Math.Max(0, sequence - 1), transactional: true));
                return null;
            case < 8:
                test.AppendOk(new Batch { Count = random.Next(1, 5), Timestamp = random.Next(100_000), Value = new string('x', random.Next(600)) });
                return null;
            default:
                var batch = Batch.By(producer, sequence, random.Next(1, 4), transactional: true);
                return test.Append(batch) == KafkaError.None ? batch.Count : null;
        }
    }

    private static string Describe(TestLog test)
    {
        var log = test.Log;
        var batches = test.ReadAll(maxBytes: 5000).Select(batch => $"{batch.BaseOffset}+{batch.LastOffsetDelta} {batch.ProducerId} {batch.BaseSequence} {batch.IsControl}");
        var aborted = log.Read(log.StartOffset, int.MaxValue, true).AbortedTransactions!;
        var times = Enumerable.Range(0, 10).Select(i => log.FindByTime(i * 10_000));
        return $"{log.StartOffset} {log.LastStableOffset} {log.EndOffset} {log.SizeInBytes} {string.Join(',', aborted)} {string.Join(',', times)} {log.MaxTimestamp()}\n{string.Join('\n', batches)}";
    }
}
