using Millrace.Broker.Storage;

namespace Millrace.Broker.Tests.Storage;

public sealed class PartitionLogTests : IDisposable
{
    private readonly TestLog _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public void Records_get_the_offsets_that_follow()
    {
        Assert.Equal(0, _test.AppendOk(new Batch { Count = 3 }));
        Assert.Equal(3, _test.AppendOk(new Batch { Count = 2 }));
        Assert.Equal(5, _test.Log.EndOffset);
        Assert.Equal([0L, 3L], _test.ReadAll().Select(batch => batch.BaseOffset));
    }

    [Fact]
    public void Several_batches_of_a_request_are_appended_together()
    {
        byte[] both = [.. new Batch { Count = 3 }.ToBytes(), .. new Batch { Count = 2 }.ToBytes()];
        Assert.Equal(0, _test.Log.Append(both).BaseOffset);
        Assert.Equal([0L, 3L], _test.ReadAll().Select(batch => batch.BaseOffset));
    }

    [Fact]
    public void Several_batches_of_a_request_are_refused_together()
    {
        var bad = new Batch().ToBytes();
        bad[^1] ^= 1;
        byte[] both = [.. new Batch().ToBytes(), .. bad];
        Assert.Equal(KafkaError.CorruptMessage, _test.Log.Append(both).Error);
        Assert.Equal(0, _test.Log.EndOffset);
    }

    [Fact]
    public void A_read_begins_with_the_batch_that_has_the_offset()
    {
        _test.AppendOk(new Batch { Count = 10 });
        _test.AppendOk(new Batch { Count = 10 });
        Assert.Equal([10L], _test.ReadAll(from: 15).Select(batch => batch.BaseOffset));
    }

    [Fact]
    public void The_first_batch_is_read_even_if_it_is_too_large_and_the_next_is_not()
    {
        _test.AppendOk(new Batch { Value = new string('x', 500) });
        _test.AppendOk(new Batch());
        using var records = _test.Log.Read(0, 10, committedOnly: false).Records;
        Assert.InRange(records!.Length, 500, 600);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void An_offset_outside_of_the_log_is_out_of_range(long offset)
    {
        _test.AppendOk(new Batch());
        Assert.Equal(KafkaError.OffsetOutOfRange, _test.Log.Read(offset, 100, committedOnly: false).Error);
    }

    [Fact]
    public void The_end_of_the_log_has_no_records_and_is_no_error()
    {
        _test.AppendOk(new Batch());
        var read = _test.Log.Read(1, 100, committedOnly: false);
        Assert.Equal((KafkaError.None, null, 1L), (read.Error, read.Records, read.EndOffset));
    }

    [Fact]
    public void Who_waits_is_called_when_records_come()
    {
        var calls = 0;
        using (_test.Log.OnAppend(() => calls++))
        {
            _test.AppendOk(new Batch());
        }

        _test.AppendOk(new Batch());
        Assert.Equal(1, calls);
    }

    [Fact]
    public void Who_waits_may_read_and_append_in_the_call()
    {
        var calls = 0;
        using var waiting = _test.Log.OnAppend(() =>
        {
            if (calls++ == 0)
            {
                _test.AppendOk(new Batch());
            }
        });
        _test.AppendOk(new Batch());
        Assert.Equal((2, 2L), (calls, _test.Log.EndOffset));
    }

    [Fact]
    public void An_empty_log_leaves_nothing_on_its_volume()
    {
        _test.Log.Maintain();
        _test.Log.Flush();
        _test.Reopen();
        Assert.Empty(_test.Volume.Files());
    }

    [Fact]
    public void Nothing_is_left_after_it_was_deleted_and_nothing_can_be_done()
    {
        _test.AppendOk(new Batch());
        _test.Log.Delete();
        Assert.Empty(_test.Volume.Files());
        Assert.Equal(KafkaError.UnknownTopicOrPartition, _test.Append(new Batch()));
        Assert.Equal(KafkaError.UnknownTopicOrPartition, _test.Log.Read(0, 1, false).Error);
        Assert.Equal(KafkaError.UnknownTopicOrPartition, _test.Log.DeleteRecords(0, out _));
    }

    [Fact]
    public void Records_below_an_offset_are_deleted_for_good()
    {
        _test.AppendOk(new Batch { Count = 10 });
        Assert.Equal(KafkaError.None, _test.Log.DeleteRecords(4, out var start));
        _test.Crash();
        Assert.Equal((4L, 4L), (start, _test.Log.StartOffset));
        Assert.Equal(KafkaError.OffsetOutOfRange, _test.Log.Read(3, 100, false).Error);
        Assert.Single(_test.ReadAll(from: 4));
    }

    [Fact]
    public void Deleting_all_records_keeps_the_offsets_going_after_a_crash()
    {
        _test.AppendOk(new Batch { Count = 10 });
        Assert.Equal(KafkaError.None, _test.Log.DeleteRecords(-1, out _));
        Assert.Equal(0, _test.Log.SizeInBytes);
        _test.Crash();
        Assert.Equal((10L, 10L), (_test.Log.StartOffset, _test.Log.EndOffset));
        Assert.Equal(10, _test.AppendOk(new Batch()));
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(11)]
    public void Records_cannot_be_deleted_beyond_the_end(long before)
    {
        _test.AppendOk(new Batch { Count = 10 });
        Assert.Equal(KafkaError.OffsetOutOfRange, _test.Log.DeleteRecords(before, out _));
        Assert.Equal(0, _test.Log.StartOffset);
    }

    [Fact]
    public void A_full_segment_is_followed_by_another()
    {
        _test.Log.Settings = new LogSettings { SegmentBytes = 500 };
        for (var i = 0; i < 50; i++)
        {
            _test.AppendOk(new Batch());
        }

        Assert.InRange(_test.Volume.Files().Count(file => file.Key.EndsWith(".log", StringComparison.Ordinal)), 8, 20);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (long)i), _test.ReadAll().Select(batch => batch.BaseOffset));
    }
}
