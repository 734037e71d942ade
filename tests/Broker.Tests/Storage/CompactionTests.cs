using Millrace.Broker.Storage;
using Millrace.Broker.Storage.Records;

namespace Millrace.Broker.Tests.Storage;

public sealed class CompactionTests : IDisposable
{
    private readonly TestLog _test = new(new LogSettings { SegmentBytes = 400, Compact = true, Delete = false, MinDirtyRatio = 0, RetentionTime = null });

    public void Dispose() => _test.Dispose();

    [Theory]
    [InlineData(1, Codec.None)]
    [InlineData(2, Codec.Gzip)]
    [InlineData(3, Codec.Snappy)]
    [InlineData(4, Codec.Lz4)]
    [InlineData(5, Codec.Zstd)]
    public void What_is_left_is_what_a_dictionary_has(int seed, int codec)
    {
        var random = new Random(seed);
        _test.Log.Settings = _test.Settings with { CompactionKeys = random.Next(1, 40) };
        var expected = new SortedDictionary<long, string>();
        var latest = new Dictionary<string, long>();
        for (var round = 0; round < 10; round++)
        {
            for (var i = 0; i < 20; i++)
            {
                var keys = Enumerable.Range(0, random.Next(1, 5)).Select(_ => $"key-{random.Next(30)}").ToList();
                var timestamps = keys.Select(_ => (long)random.Next(10_000)).ToList();
                var offset = _test.AppendOk(new Batch { Keys = keys, Timestamps = timestamps, Codec = codec }, bytes => Codec.Compress(codec, bytes));
                for (var j = 0; j < keys.Count; j++)
                {
                    if (latest.TryGetValue(keys[j], out var before))
                    {
                        expected.Remove(before);
                    }

                    latest[keys[j]] = offset + j;
                    expected[offset + j] = $"{offset + j} {timestamps[j]} {keys[j]}";
                }
            }

            Seal();
            _test.Log.Maintain();
            Assert.True(expected.Values.SequenceEqual(Records()), $"seed {seed}, round {round}");
            if (random.Next(3) == 0)
            {
                _test.Crash();
                _test.Log.Settings = _test.Settings with { CompactionKeys = random.Next(1, 40) };
                Assert.True(expected.Values.SequenceEqual(Records()), $"seed {seed}, after a crash in round {round}");
            }
        }
    }

    [Fact]
    public void The_producer_of_a_batch_stays()
    {
        _test.AppendOk(Batch.By(7, 5, count: 3) with { Keys = ["a", "b", "a"] });
        Compact();
        var batch = _test.ReadAll()[0];
        Assert.Equal((7L, (short)0, 5, 2, 0L, 2), (batch.ProducerId, batch.ProducerEpoch, batch.BaseSequence, batch.LastOffsetDelta, batch.BaseOffset, batch.Count));
    }

    [Fact]
    public void Producers_of_whom_nothing_is_left_are_known_after_a_crash()
    {
        _test.AppendOk(Batch.By(7, 0) with { Keys = ["a"] });
        _test.AppendOk(new Batch { Keys = ["a"] });
        Compact();
        _test.Crash();
        Assert.Equal(KafkaError.OutOfOrderSequenceNumber, _test.Append(Batch.By(7, 9)));
        Assert.Equal(0, _test.AppendOk(Batch.By(7, 0)));
    }

    [Fact]
    public void A_deletion_stays_for_its_time_and_goes_then()
    {
        _test.AppendOk(new Batch { Keys = ["a", "b"] });
        _test.AppendOk(new Batch { Keys = ["a"], Value = null });
        Compact();
        Assert.Equal(["1 1001 b", "2 1000 a"], Records());
        _test.Time.Advance(TimeSpan.FromHours(25));
        _test.Log.Maintain();
        Assert.Equal(["1 1001 b"], Records());
    }

    [Fact]
    public void Records_of_aborted_transactions_go_and_do_not_replace_others()
    {
        _test.AppendOk(new Batch { Keys = ["a"] });
        _test.AppendOk(Batch.By(7, 0, transactional: true) with { Keys = ["a"] });
        _test.Log.End(7, 0, committed: false);
        _test.AppendOk(Batch.By(7, 1, transactional: true) with { Keys = ["b"] });
        _test.Log.End(7, 0, committed: true);
        Compact();
        Assert.Equal(["0 1000 a", "3 1000 b"], Records());
    }

    [Fact]
    public void The_ends_of_transactions_go_after_their_time_together_with_what_is_known_of_them()
    {
        _test.AppendOk(Batch.By(7, 0, transactional: true) with { Keys = ["a"] });
        _test.Log.End(7, 0, committed: false);
        Compact();
        Assert.Single(_test.ReadAll());
        Assert.Single(Aborted());
        _test.Time.Advance(TimeSpan.FromHours(25));
        _test.Log.Maintain();
        Assert.Empty(_test.ReadAll());
        Assert.Empty(Aborted());
        _test.AppendOk(Batch.By(7, 1, transactional: true));
    }

    [Fact]
    public void What_an_open_transaction_may_still_change_is_left_alone()
    {
        _test.AppendOk(Batch.By(7, 0, transactional: true) with { Keys = ["a"] });
        _test.AppendOk(new Batch { Keys = ["a"] });
        Compact();
        Assert.Equal(2, _test.ReadAll().Count);
    }

    [Fact]
    public void Nothing_is_rewritten_when_nothing_is_new()
    {
        _test.AppendOk(new Batch { Keys = ["a"] });
        _test.AppendOk(new Batch { Keys = ["a"] });
        Compact();
        var before = _test.Volume.ReadAll("00000000000000000000.log").Length;
        _test.Log.Maintain();
        Assert.Equal(before, _test.Volume.ReadAll("00000000000000000000.log").Length);
        Assert.Empty(_test.Volume.Names(SegmentSwap.Prepared));
    }

    [Fact]
    public void Records_that_cannot_be_read_stay_as_they_are()
    {
        _test.AppendOk(new Batch { Keys = ["a"] });
        _test.AppendOk(new Batch { Keys = ["a"], Codec = Codec.Zstd }, _ => [1, 2, 3]);
        _test.AppendOk(new Batch { Keys = ["a"] });
        Compact();
        Assert.Equal([1L, 2L], _test.ReadAll().Select(batch => batch.BaseOffset));
    }

    [Fact]
    public void A_record_without_a_key_is_refused()
    {
        var result = _test.Log.Append(new Batch { Keys = ["a", null] }.ToBytes());
        Assert.Equal(KafkaError.InvalidRecord, result.Error);
        Assert.Contains("The record 1 of a batch has no key", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reader_of_what_is_compacted_keeps_what_it_has()
    {
        var directory = Path.Combine(Path.GetTempPath(), $"millrace-{Guid.NewGuid():N}");
        using var test = new TestLog(_test.Settings, new DiskVolume(directory, new OpenFiles(most: 1)));
        test.AppendOk(new Batch { Keys = ["a"] });
        test.AppendOk(new Batch { Keys = ["a"] });
        using (var records = test.Log.Read(0, 1000, false).Records!)
        {
            test.AppendOk(new Batch { Value = new string('x', 400) });
            test.Log.Maintain();
            Assert.Equal([1L, 2L], test.ReadAll().Select(batch => batch.BaseOffset));
            var bytes = new byte[records.Length];
            records.CopyTo(bytes);
            Assert.Equal([0L, 1L], Batch.Headers(bytes).Select(batch => batch.BaseOffset));
        }

        test.Crash();
        Assert.Equal([1L, 2L], test.ReadAll().Select(batch => batch.BaseOffset));
        test.Log.Delete();
    }

    [Fact]
    public void A_crash_at_any_step_of_the_replacement_loses_nothing()
    {
        _test.AppendOk(Batch.By(7, 0) with { Keys = ["a"] });
        _test.AppendOk(new Batch { Keys = ["a"] });
        Seal();
        var before = _test.Volume.Copy();
        _test.Log.Maintain();
        const string name = "00000000000000000000";
        var (log, index) = (_test.Volume.ReadAll(name + ".log"), _test.Volume.ReadAll(name + ".index"));

        // Prepared in part, prepared, and half put in place.
        AssertRecovers(volume => volume.Put(name + ".log" + SegmentSwap.Prepared, log[..10]), 2);
        AssertRecovers(
            volume =>
            {
                volume.Put(name + ".log" + SegmentSwap.Prepared, log);
                volume.Put(name + ".index" + SegmentSwap.Prepared, index);
            },
            2);
        AssertRecovers(
            volume =>
            {
                volume.Put(name + ".log", log);
                volume.Put(name + ".index" + SegmentSwap.Prepared, index);
            },
            1);

        void AssertRecovers(Action<ILogVolume> crash, int batches)
        {
            var volume = before.Copy();
            crash(volume);
            using var recovered = new TestLog(_test.Settings, volume);
            Assert.Equal(batches, recovered.ReadAll().Count(batch => batch.LastOffset < 2));
            Assert.Empty(volume.Names(SegmentSwap.Prepared));
            Assert.Equal(KafkaError.OutOfOrderSequenceNumber, recovered.Append(Batch.By(7, 9)));
        }
    }

    [Fact]
    public void A_disk_that_is_full_meanwhile_leaves_everything_as_it_was()
    {
        var volume = new FaultyVolume(new MemoryVolume());
        using var test = new TestLog(_test.Settings with { SegmentBytes = 100 }, volume);
        for (var i = 0; i < 5; i++)
        {
            test.AppendOk(new Batch { Keys = ["a", i.ToString(System.Globalization.CultureInfo.InvariantCulture)] });
        }

        for (var room = 0; room < 300; room += 17)
        {
            volume.Room = room;
            test.Log.Maintain();
            Assert.Equal([0L, 2L, 4L, 6L, 8L], test.ReadAll().Select(batch => batch.BaseOffset));
            test.Crash();
        }

        volume.Room = long.MaxValue;
        test.Log.Maintain();
        Assert.Equal([1, 1, 1, 2, 2], test.ReadAll().Select(batch => batch.Count));
    }

    private void Compact()
    {
        Seal();
        _test.Log.Maintain();
    }

    private void Seal()
    {
        _test.Log.Settings = _test.Log.Settings with { SegmentAge = TimeSpan.Zero, Compact = false };
        _test.Log.Maintain();
        _test.Log.Settings = _test.Log.Settings with { SegmentAge = TimeSpan.FromDays(7), Compact = true };
    }

    private IReadOnlyList<AbortedTransaction> Aborted() => _test.Log.Read(0, int.MaxValue, true).AbortedTransactions!;

    private List<string> Records()
    {
        var found = new List<string>();
        for (var offset = _test.Log.StartOffset; ;)
        {
            using var slice = _test.Log.Read(offset, 1000, false).Records;
            if (slice is null)
            {
                return found;
            }

            var bytes = new byte[slice.Length];
            slice.CopyTo(bytes);
            var file = new MemoryFile();
            file.Write(0, bytes);
            var position = 0;
            foreach (var header in Batch.Headers(bytes))
            {
                var batch = StoredBatch.Read(file, position, header);
                for (var records = batch.Read(); records.Next();)
                {
                    if (!header.IsControl)
                    {
                        var key = System.Text.Encoding.UTF8.GetString(records.Current.Key);
                        found.Add($"{header.BaseOffset + records.Current.OffsetDelta} {batch.TimestampOf(records.Current)} {key}");
                    }
                }

                position += (int)header.TotalSize;
                offset = header.LastOffset + 1;
            }
        }
    }
}
