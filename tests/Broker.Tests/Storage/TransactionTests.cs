using Millrace.Broker.Storage;

namespace Millrace.Broker.Tests.Storage;

public sealed class TransactionTests : IDisposable
{
    private readonly TestLog _test = new(new LogSettings { SegmentBytes = 400 });

    public void Dispose() => _test.Dispose();

    [Fact]
    public void What_follows_the_first_open_transaction_is_not_stable()
    {
        _test.AppendOk(new Batch());
        Begin(7);
        Begin(8);
        Assert.Equal(1, _test.Log.LastStableOffset);
        _test.Log.End(7, 0, committed: true);
        Assert.Equal(2, _test.Log.LastStableOffset);
        _test.Log.End(8, 0, committed: true);
        Assert.Equal((5L, 5L), (_test.Log.LastStableOffset, _test.Log.EndOffset));
    }

    [Fact]
    public void A_committed_read_ends_at_what_is_stable()
    {
        _test.AppendOk(new Batch());
        Begin(7);
        _test.AppendOk(new Batch());
        Assert.Equal([0L], _test.ReadAll(committedOnly: true).Select(batch => batch.BaseOffset));
        Assert.Equal([0L, 1L, 2L], _test.ReadAll().Select(batch => batch.BaseOffset));
    }

    [Fact]
    public void A_committed_read_says_which_transactions_were_aborted()
    {
        Begin(7);
        Begin(8);
        Begin(9);
        _test.Log.End(8, 0, committed: false);
        _test.Log.End(9, 0, committed: true);
        _test.Log.End(7, 0, committed: false);
        Assert.Equal([new AbortedTransaction(7, 0, 5), new AbortedTransaction(8, 1, 3)], Aborted(0));
        Assert.Equal([new AbortedTransaction(7, 0, 5)], Aborted(4));
        Assert.Empty(Aborted(6));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Aborted_transactions_are_found_over_many_segments_and_a_restart(bool clean)
    {
        var expected = new List<AbortedTransaction>();
        for (var i = 0; i < 50; i++)
        {
            var first = Begin(i);
            _test.AppendOk(new Batch { Value = new string('x', 100) });
            _test.Log.End(i, 0, committed: false);
            expected.Add(new AbortedTransaction(i, first, first + 2));
        }

        Restart(clean);
        Assert.Equal(expected, Aborted(0));
        Assert.Equal(expected.Where(one => one.LastOffset >= 77), Aborted(77));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_open_transaction_is_open_after_a_restart(bool clean)
    {
        Begin(7);
        for (var i = 0; i < 20; i++)
        {
            _test.AppendOk(new Batch());
        }

        Restart(clean);
        Assert.Equal(0, _test.Log.LastStableOffset);
        Assert.True(_test.Log.HasOpenTransaction(7, 0));
        _test.Log.End(7, 0, committed: false);
        Assert.Equal([new AbortedTransaction(7, 0, 21)], Aborted(0));
    }

    [Fact]
    public void The_end_of_a_transaction_may_be_told_twice()
    {
        Begin(7);
        _test.Log.End(7, 0, committed: true);
        var end = _test.Log.EndOffset;
        _test.Log.End(7, 0, committed: true);
        Assert.Equal(end, _test.Log.EndOffset);
    }

    [Fact]
    public void The_end_by_an_older_epoch_ends_nothing()
    {
        _test.AppendOk(Batch.By(7, 0, epoch: 2, transactional: true));
        _test.Log.End(7, 1, committed: true);
        Assert.True(_test.Log.HasOpenTransaction(7, 2));
    }

    [Fact]
    public void The_end_by_a_newer_epoch_fences_the_older_even_without_a_transaction()
    {
        _test.AppendOk(Batch.By(7, 0));
        _test.Log.End(7, 1, committed: false);
        Assert.Equal(KafkaError.InvalidProducerEpoch, _test.Append(Batch.By(7, 1)));
        _test.AppendOk(Batch.By(7, 0, epoch: 1, transactional: true));
    }

    [Fact]
    public void A_producer_in_a_transaction_does_not_write_outside_of_it()
    {
        Begin(7);
        Assert.Equal(KafkaError.InvalidTxnState, _test.Append(Batch.By(7, 1)));
    }

    [Fact]
    public void A_marker_is_a_control_batch_of_the_producer()
    {
        Begin(7);
        _test.Log.End(7, 3, committed: true);
        var marker = _test.ReadAll()[^1];
        Assert.True(marker is { IsControl: true, IsTransactional: true, ProducerId: 7, ProducerEpoch: 3, BaseSequence: -1, Count: 1 });
    }

    [Fact]
    public void Who_waits_is_called_when_a_transaction_ends()
    {
        Begin(7);
        var calls = 0;
        using var waiting = _test.Log.OnAppend(() => calls++);
        _test.Log.End(7, 0, committed: true);
        Assert.Equal(1, calls);
    }

    private long Begin(long producerId) => _test.AppendOk(Batch.By(producerId, 0, transactional: true));

    [Fact]
    public void A_read_does_not_name_aborted_transactions_behind_its_records()
    {
        _test.AppendOk(new Batch { Value = new string('x', 300) });
        Begin(7);
        _test.Log.End(7, 0, committed: false);
        using var records = _test.Log.Read(0, 10, committedOnly: true).Records;
        Assert.Empty(_test.Log.Read(0, 10, committedOnly: true).AbortedTransactions!);
    }

    private List<AbortedTransaction> Aborted(long offset)
    {
        var found = new HashSet<AbortedTransaction>();
        while (true)
        {
            var read = _test.Log.Read(offset, 1000, committedOnly: true);
            found.UnionWith(read.AbortedTransactions!);
            using var records = read.Records;
            if (records is null)
            {
                return [.. found.OrderBy(transaction => transaction.FirstOffset)];
            }

            var bytes = new byte[records.Length];
            records.CopyTo(bytes);
            offset = Batch.Headers(bytes)[^1].LastOffset + 1;
        }
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
