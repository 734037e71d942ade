namespace Millrace.Broker.Tests.Storage;

public sealed class ProducerTests : IDisposable
{
    private readonly TestLog _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public void Any_of_the_last_five_batches_is_not_written_again()
    {
        for (var i = 0; i < 6; i++)
        {
            _test.AppendOk(Batch.By(7, 2 * i, count: 2));
        }

        for (var i = 1; i < 6; i++)
        {
            Assert.Equal(2 * i, _test.AppendOk(Batch.By(7, 2 * i, count: 2)));
        }

        Assert.Equal(12, _test.Log.EndOffset);
        Assert.Equal(KafkaError.OutOfOrderSequenceNumber, _test.Append(Batch.By(7, 0, count: 2)));
    }

    [Fact]
    public void A_repetition_of_another_length_is_none()
    {
        _test.AppendOk(Batch.By(7, 0, count: 2));
        Assert.Equal(KafkaError.OutOfOrderSequenceNumber, _test.Append(Batch.By(7, 0, count: 3)));
    }

    [Fact]
    public void A_gap_in_the_sequence_is_refused()
    {
        _test.AppendOk(Batch.By(7, 0));
        Assert.Equal(KafkaError.OutOfOrderSequenceNumber, _test.Append(Batch.By(7, 2)));
        Assert.Equal(1, _test.Log.EndOffset);
    }

    [Fact]
    public void Sequences_begin_anew_after_the_greatest()
    {
        _test.AppendOk(Batch.By(7, int.MaxValue - 1, count: 4));
        Assert.Equal(KafkaError.OutOfOrderSequenceNumber, _test.Append(Batch.By(7, 3)));
        _test.AppendOk(Batch.By(7, 2));
    }

    [Fact]
    public void A_producer_that_is_not_known_may_begin_anywhere() => Assert.Equal(KafkaError.None, _test.Append(Batch.By(7, 123)));

    [Fact]
    public void An_older_epoch_is_fenced()
    {
        _test.AppendOk(Batch.By(7, 0, epoch: 3));
        Assert.Equal(KafkaError.InvalidProducerEpoch, _test.Append(Batch.By(7, 1, epoch: 2)));
    }

    [Fact]
    public void A_newer_epoch_begins_at_zero()
    {
        _test.AppendOk(Batch.By(7, 0));
        Assert.Equal(KafkaError.OutOfOrderSequenceNumber, _test.Append(Batch.By(7, 1, epoch: 1)));
        _test.AppendOk(Batch.By(7, 0, epoch: 1));
    }

    [Fact]
    public void Producers_are_told_apart()
    {
        _test.AppendOk(Batch.By(7, 0));
        _test.AppendOk(Batch.By(8, 0));
        _test.AppendOk(Batch.By(7, 1));
        Assert.Equal(3, _test.Log.EndOffset);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_was_written_is_known_after_a_restart(bool clean)
    {
        _test.AppendOk(Batch.By(7, 0, count: 3));
        Restart(clean);
        Assert.Equal(0, _test.AppendOk(Batch.By(7, 0, count: 3)));
        Assert.Equal(KafkaError.OutOfOrderSequenceNumber, _test.Append(Batch.By(7, 4)));
        Assert.Equal(3, _test.AppendOk(Batch.By(7, 3)));
    }

    [Fact]
    public void Who_did_not_write_for_a_day_is_forgotten()
    {
        _test.AppendOk(Batch.By(7, 0));
        _test.Time.Advance(TimeSpan.FromHours(25));
        _test.Log.Maintain();
        _test.AppendOk(Batch.By(7, 100));
    }

    [Fact]
    public void A_producer_with_an_open_transaction_is_not_forgotten()
    {
        _test.AppendOk(Batch.By(7, 0, transactional: true));
        _test.Time.Advance(TimeSpan.FromHours(25));
        _test.Log.Maintain();
        Assert.Equal(0, _test.Log.LastStableOffset);
        Assert.Equal(KafkaError.OutOfOrderSequenceNumber, _test.Append(Batch.By(7, 100, transactional: true)));
    }

    [Fact]
    public void Producers_survive_the_deletion_of_all_records_and_a_crash()
    {
        _test.AppendOk(Batch.By(7, 0));
        _test.Log.DeleteRecords(-1, out _);
        _test.Crash();
        Assert.Equal(KafkaError.OutOfOrderSequenceNumber, _test.Append(Batch.By(7, 5)));
        _test.AppendOk(Batch.By(7, 1));
    }

    [Fact]
    public void There_is_an_end_to_how_many_are_remembered_but_not_to_open_transactions()
    {
        _test.AppendOk(Batch.By(1, 0, transactional: true));
        for (var i = 2; i <= 100_001; i++)
        {
            _test.Log.End(i, 0, committed: true);
        }

        Assert.True(_test.Log.HasOpenTransaction(1, 0));
        Assert.Equal(KafkaError.OutOfOrderSequenceNumber, _test.Append(Batch.By(100_001, 5)));
        _test.AppendOk(Batch.By(2, 5));
    }

    private void Restart(bool clean)
    {
        if (clean)
        {
            _test.Reopen();
        }
        else
        {
            _test.Crash();
        }
    }
}
