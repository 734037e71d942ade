using Millrace.Broker.Storage;

namespace Millrace.Broker.Tests.Storage;

public sealed class LogRecoveryTests : IDisposable
{
    private const string First = "00000000000000000000";

    private readonly TestLog _test = new(new LogSettings { SegmentBytes = 1000 });

    public void Dispose() => _test.Dispose();

    [Fact]
    public void A_tail_that_is_torn_at_any_byte_is_cut_and_nothing_else_is_lost()
    {
        _test.AppendOk(Batch.By(7, 0));
        var whole = (int)_test.Log.SizeInBytes;
        _test.AppendOk(Batch.By(7, 1, count: 3));
        var bytes = _test.Volume.ReadAll(First + ".log");
        for (var length = whole; length < bytes.Length; length++)
        {
            var volume = new MemoryVolume();
            volume.Put(First + ".log", bytes[..length]);
            using var torn = new TestLog(volume: volume);
            Assert.Equal((1L, (long)whole), (torn.Log.EndOffset, torn.Log.SizeInBytes));
            Assert.Equal(whole, volume.ReadAll(First + ".log").Length);
            Assert.Equal(1, torn.AppendOk(Batch.By(7, 1, count: 3)));
            Assert.Equal([0L, 1L], torn.ReadAll().Select(batch => batch.BaseOffset));
        }
    }

    [Fact]
    public void A_flipped_bit_anywhere_in_the_last_batch_cuts_it()
    {
        _test.AppendOk(new Batch());
        var whole = (int)_test.Log.SizeInBytes;
        _test.AppendOk(new Batch());
        for (var position = whole; position < 2 * whole; position++)
        {
            // The epoch of leadership is not checked by anything, and means nothing.
            if (position - whole is >= 12 and < 16)
            {
                continue;
            }

            var volume = _test.Volume.Copy();
            volume.Flip(First + ".log", position);
            using var damaged = new TestLog(volume: volume);
            Assert.True(damaged.Log.EndOffset == 1, $"byte {position - whole}");
        }
    }

    [Fact]
    public void A_damaged_batch_in_a_sealed_segment_without_sidecar_names_file_and_byte()
    {
        Fill();
        var volume = _test.Volume.Copy();
        volume.Delete(First + ".index");
        var size = Batch.Headers(_test.Volume.ReadAll(First + ".log"))[0].TotalSize;
        volume.Flip(First + ".log", size + 70);
        var error = Assert.Throws<StorageException>(() => new TestLog(volume: volume));
        Assert.Contains($"{First}.log is damaged at byte {size}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_batch_that_is_read_is_an_error_and_not_an_endless_loop()
    {
        Fill();
        var size = Batch.Headers(_test.Volume.ReadAll(First + ".log"))[0].TotalSize;
        _test.Volume.Flip(First + ".log", size + 16);
        Assert.Equal(KafkaError.None, _test.Log.Read(0, 1, false).Error);
        Assert.Equal(KafkaError.CorruptMessage, _test.Log.Read(1, 1, false).Error);
    }

    [Fact]
    public void A_sidecar_with_any_bit_flipped_is_built_anew()
    {
        Fill();
        _test.Log.Dispose();
        var expected = _test.Volume.ReadAll(First + ".index");
        for (var position = 0; position < expected.Length; position++)
        {
            var volume = _test.Volume.Copy();
            volume.Flip(First + ".index", position);
            using var damaged = new TestLog(volume: volume);
            damaged.Time.SetUtcNow(_test.Time.GetUtcNow());
            Assert.Equal(expected, volume.ReadAll(First + ".index"));
        }
    }

    [Fact]
    public void All_sidecars_may_be_missing()
    {
        Fill();
        var (end, aborted) = (_test.Log.EndOffset, _test.Log.Read(0, int.MaxValue, true).AbortedTransactions);
        var volume = _test.Volume.Copy();
        foreach (var name in volume.Names(".index"))
        {
            volume.Delete(name);
        }

        using var rebuilt = new TestLog(volume: volume);
        Assert.Equal(end, rebuilt.Log.EndOffset);
        Assert.Equal(aborted, rebuilt.Log.Read(0, int.MaxValue, true).AbortedTransactions);
        Assert.Equal(KafkaError.OutOfOrderSequenceNumber, rebuilt.Append(Batch.By(7, 500)));
        rebuilt.AppendOk(Batch.By(7, 30));
    }

    [Fact]
    public void A_clean_stop_leaves_nothing_to_scan()
    {
        Fill();
        _test.Log.Dispose();
        var last = _test.Volume.Names(".log")[^1];

        // A scan would find that and cut it.
        _test.Volume.Flip(last, _test.Volume.ReadAll(last).Length - 1);
        using var opened = new TestLog(volume: _test.Volume);
        Assert.Equal(_test.Log.EndOffset, opened.Log.EndOffset);
    }

    [Fact]
    public void What_was_appended_after_a_clean_stop_is_scanned()
    {
        _test.AppendOk(Batch.By(7, 0, transactional: true));
        _test.Reopen();
        _test.AppendOk(Batch.By(7, 1, transactional: true));
        _test.AppendOk(Batch.By(7, 2, transactional: true));
        _test.Volume.Flip(First + ".log", _test.Log.SizeInBytes - 1);
        _test.Crash();
        Assert.Equal((2L, 0L), (_test.Log.EndOffset, _test.Log.LastStableOffset));
        _test.AppendOk(Batch.By(7, 2, transactional: true));
    }

    [Fact]
    public void A_disk_that_is_full_takes_nothing_and_works_again_when_there_is_room()
    {
        for (var room = 0; room < 400; room += 13)
        {
            var volume = new FaultyVolume(new MemoryVolume());
            using var full = new TestLog(new LogSettings { SegmentBytes = 150 }, volume);
            full.AppendOk(Batch.By(7, 0, transactional: true));
            volume.Room = room;
            var sequence = 1;
            while (full.Append(Batch.By(7, sequence, transactional: true)) == KafkaError.None)
            {
                sequence++;
            }

            Assert.Equal(KafkaError.KafkaStorageError, full.Append(Batch.By(7, sequence, transactional: true)));
            Assert.Throws<StorageException>(() => full.Log.End(7, 0, committed: true));
            Assert.True(full.Log.HasOpenTransaction(7, 0));
            Assert.Equal(sequence, full.Log.EndOffset);
            volume.Room = long.MaxValue;
            Assert.Equal(sequence, full.AppendOk(Batch.By(7, sequence, transactional: true)));
            full.Log.End(7, 0, committed: true);
            full.Crash();
            Assert.Equal(sequence + 2, full.Log.EndOffset);
            Assert.Equal(sequence + 2, full.ReadAll(committedOnly: true).Count);
        }
    }

    [Fact]
    public void A_torn_write_that_cannot_be_cut_is_cut_before_the_next_one()
    {
        var volume = new FaultyVolume(new MemoryVolume());
        using var full = new TestLog(volume: volume);
        full.AppendOk(new Batch());
        (volume.Room, volume.TruncateFails) = (100, true);
        Assert.Equal(KafkaError.KafkaStorageError, full.Append(new Batch { Value = new string('x', 500) }));
        volume.Room = long.MaxValue;
        Assert.Equal(KafkaError.KafkaStorageError, full.Append(new Batch()));
        volume.TruncateFails = false;
        full.AppendOk(new Batch());
        full.Crash();
        Assert.Equal([0L, 1L], full.ReadAll().Select(batch => batch.BaseOffset));
    }

    [Fact]
    public void A_sidecar_whose_segment_is_gone_is_deleted()
    {
        Fill();
        _test.Volume.Delete(First + ".log");
        _test.Crash();
        Assert.DoesNotContain(First + ".index", _test.Volume.Names(".index"));
        Assert.InRange(_test.Log.StartOffset, 1, 59);
    }

    private void Fill()
    {
        for (var i = 0; i < 30; i++)
        {
            _test.AppendOk(Batch.By(7, i, transactional: true));
            _test.Log.End(7, 0, committed: i % 3 == 0);
        }
    }
}
