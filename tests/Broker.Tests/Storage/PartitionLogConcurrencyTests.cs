using Millrace.Broker.Storage;

namespace Millrace.Broker.Tests.Storage;

public sealed class PartitionLogConcurrencyTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Writers_readers_and_maintenance_do_not_disturb_each_other(bool compact)
    {
        var directory = Path.Combine(Path.GetTempPath(), $"millrace-{Guid.NewGuid():N}");
        var settings = new LogSettings { SegmentBytes = 5_000, Compact = compact, RetentionBytes = 40_000, RetentionTime = null, MinDirtyRatio = 0.2 };
        using var test = new TestLog(settings, new DiskVolume(directory, new OpenFiles(most: 2)));
        const int writers = 3;
        const int batches = 400;
        var running = writers;
        var writing = Enumerable.Range(0, writers).Select(writer => Task.Run(() =>
        {
            for (var i = 0; i < batches; i++)
            {
                test.AppendOk(Batch.By(writer, i, transactional: true) with { Keys = [$"{i % 50}"] });
                if (i % 10 == 9)
                {
                    test.Log.End(writer, 0, committed: i % 20 == 9);
                }
            }

            Interlocked.Decrement(ref running);
        })).ToList();
        var maintaining = Task.Run(() =>
        {
            while (Volatile.Read(ref running) > 0)
            {
                test.Log.Maintain();
            }
        });
        var reading = Task.Run(() => Follow(test.Log, () => Volatile.Read(ref running) == 0));

        await Task.WhenAll([.. writing, maintaining, reading]);
        Assert.Equal(writers * (batches + (batches / 10)), test.Log.EndOffset);
        Assert.Equal(test.Log.EndOffset, test.Log.LastStableOffset);
        var before = test.ReadAll(committedOnly: true);
        test.Crash();
        Assert.Equal(before.Select(batch => batch.BaseOffset), test.ReadAll(committedOnly: true).Select(batch => batch.BaseOffset));
        test.Log.Delete();
    }

    // Reads as a consumer does, begins again where retention overtakes it, and looks into every batch.
    private static void Follow(PartitionLog log, Func<bool> isOver)
    {
        for (long offset = 0; ;)
        {
            var wasOver = isOver();
            var read = log.Read(offset, 3_000, committedOnly: true);
            using var records = read.Records;
            if (read.Error == KafkaError.OffsetOutOfRange)
            {
                Assert.True(offset < read.StartOffset);
                offset = read.StartOffset;
            }
            else if (records is not null)
            {
                var bytes = new byte[records.Length];
                records.CopyTo(bytes);
                var headers = Batch.Headers(bytes);
                Assert.True(headers[0].LastOffset >= offset);
                Assert.True(headers[^1].LastOffset < read.LastStableOffset);
                offset = headers[^1].LastOffset + 1;
            }
            else
            {
                Assert.Equal(KafkaError.None, read.Error);
                if (wasOver)
                {
                    return;
                }
            }
        }
    }
}
