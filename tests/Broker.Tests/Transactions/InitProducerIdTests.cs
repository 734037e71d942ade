using Millrace.Broker.Transactions;

namespace Millrace.Broker.Tests.Transactions;

public sealed class InitProducerIdTests : IDisposable
{
    private readonly Cluster _cluster = new();

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public void A_producer_without_a_transactional_id_gets_an_id_of_its_own()
    {
        var producers = Enumerable.Range(0, 10).Select(_ => _cluster.Producer(id: null, timeoutMs: 0)).ToList();

        Assert.All(producers, producer => Assert.Equal(0, producer.Epoch));
        Assert.Equal(10, producers.Select(producer => producer.Id).Distinct().Count());
    }

    [Fact]
    public void Producer_ids_cost_one_write_per_block_and_are_never_given_twice_not_even_after_a_crash()
    {
        var ids = Enumerable.Range(0, ProducerIds.Block + 1).Select(_ => _cluster.Producer(id: null).Id).ToList();
        Assert.Equal(2, _cluster.Store.Writes);
        _cluster.Restart();

        ids.AddRange(Enumerable.Range(0, 10).Select(_ => _cluster.Producer(id: null).Id));

        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Fact]
    public void A_producer_id_whose_reservation_failed_is_not_given()
    {
        _cluster.Step = () => throw new IOException("no space");
        Assert.Throws<IOException>(() => _cluster.Init(id: null));
        _cluster.Step = () => { };

        Assert.Equal(0, _cluster.Producer(id: null).Id);
    }

    [Fact]
    public void The_next_producer_of_a_transactional_id_has_the_same_id_and_a_higher_epoch()
    {
        var first = _cluster.Producer();

        var second = _cluster.Producer();

        Assert.Equal(new ProducerIdentity(first.Id, (short)(first.Epoch + 1)), second);
    }

    [Fact]
    public void The_epoch_rises_across_a_restart()
    {
        var first = _cluster.Producer();
        _cluster.Restart();

        Assert.Equal(first.Raised, _cluster.Producer());
    }

    [Fact]
    public void A_transaction_of_the_one_before_is_aborted_with_an_epoch_that_fences_it()
    {
        var zombie = _cluster.Producer();
        _cluster.Add(zombie, 0, 1);
        _cluster.Append(zombie, 0, "a");

        var producer = _cluster.Producer();

        var partition = _cluster.Partitions[(Cluster.Topic, 0)];
        Assert.Equal([(zombie.Id, zombie.Raised.Epoch, false)], partition.Ends);
        Assert.Empty(partition.Visible);
        Assert.False(partition.Append(zombie.Id, zombie.Epoch, "late"));
        Assert.False(_cluster.Partitions[(Cluster.Topic, 1)].Append(zombie.Id, zombie.Epoch, "late"));
        Assert.True(producer.Epoch > zombie.Epoch);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(900_001)]
    [InlineData(int.MaxValue)]
    public void A_timeout_out_of_range_is_refused(int timeoutMs) => Assert.Equal(KafkaError.InvalidTransactionTimeout, _cluster.Init(timeoutMs: timeoutMs).Error);

    [Theory]
    [InlineData(1)]
    [InlineData(900_000)]
    public void A_timeout_at_the_edge_of_the_range_is_taken(int timeoutMs) => Assert.Equal(KafkaError.None, _cluster.Init(timeoutMs: timeoutMs).Error);

    [Fact]
    public void An_empty_transactional_id_is_refused() => Assert.Equal(KafkaError.InvalidRequest, _cluster.Init(id: "").Error);

    [Theory]
    [InlineData(-1, 3)]
    [InlineData(3, -1)]
    public void Half_a_producer_is_refused(long producerId, short epoch) =>
        Assert.Equal(KafkaError.InvalidRequest, _cluster.Init(expected: new(producerId, epoch)).Error);

    [Fact]
    public void A_refusal_names_no_producer()
    {
        var response = _cluster.Init(timeoutMs: 0);

        Assert.Equal((-1, (short)-1), (response.ProducerId, response.ProducerEpoch));
    }

    [Fact]
    public void A_producer_raises_its_own_epoch()
    {
        var producer = _cluster.Producer();

        Assert.Equal(producer.Raised, _cluster.Producer(expected: producer));
    }

    [Fact]
    public void A_producer_that_asks_again_gets_the_same_answer_again()
    {
        var producer = _cluster.Producer();
        var raised = _cluster.Producer(expected: producer);
        _cluster.Restart();

        Assert.Equal(raised, _cluster.Producer(expected: producer));
        Assert.Equal(KafkaError.None, _cluster.Add(raised, 0));
    }

    [Fact]
    public void A_late_repetition_does_not_touch_the_transaction_that_followed()
    {
        var producer = _cluster.Producer();
        var raised = _cluster.Producer(expected: producer);
        _cluster.Add(raised, 0);

        Assert.Equal(raised, _cluster.Producer(expected: producer));

        Assert.Equal(KafkaError.None, _cluster.End(raised, committed: true));
    }

    [Theory]
    [InlineData(3, KafkaError.InvalidProducerEpoch)]
    [InlineData(4, KafkaError.ProducerFenced)]
    public void A_producer_that_another_has_replaced_cannot_come_back(short version, KafkaError expected)
    {
        var zombie = _cluster.Producer();
        var producer = _cluster.Producer();
        _cluster.Add(producer, 0);

        Assert.Equal(expected, _cluster.Init(expected: zombie, version: version).Error);

        Assert.Equal(KafkaError.None, _cluster.End(producer, committed: true));
    }

    [Fact]
    public void A_producer_of_another_transactional_id_is_fenced()
    {
        _cluster.Producer();

        Assert.Equal(KafkaError.ProducerFenced, _cluster.Init(expected: _cluster.Producer("other")).Error);
    }

    [Fact]
    public void A_producer_raises_its_epoch_over_its_own_transaction_which_is_aborted()
    {
        var producer = _cluster.Producer();
        _cluster.Add(producer, 0);
        _cluster.Append(producer, 0, "a");

        var raised = _cluster.Producer(expected: producer);

        Assert.Empty(_cluster.Partitions[(Cluster.Topic, 0)].Visible);
        Assert.Equal(raised, _cluster.Producer(expected: producer));
        Assert.Equal(KafkaError.None, _cluster.Add(raised, 0));
    }

    [Fact]
    public void A_producer_whose_transactional_id_has_expired_is_let_in_with_a_fresh_id()
    {
        var producer = _cluster.Producer();
        _cluster.Time.Advance(TimeSpan.FromDays(8));
        Assert.Equal(1, _cluster.Coordinator.Maintain());

        var fresh = _cluster.Producer(expected: producer);

        Assert.NotEqual(producer.Id, fresh.Id);
        Assert.Equal(0, fresh.Epoch);
    }

    [Fact]
    public void When_the_epochs_are_exhausted_there_is_a_new_producer_id()
    {
        var first = _cluster.Producer();
        var last = first;
        while (!last.IsExhausted)
        {
            last = _cluster.Producer();
        }

        Assert.Equal(new ProducerIdentity(first.Id, short.MaxValue - 1), last);
        _cluster.Add(last, 0);
        var fresh = _cluster.Producer(expected: last);

        Assert.NotEqual(first.Id, fresh.Id);
        Assert.Equal(0, fresh.Epoch);
        Assert.Equal([(last.Id, short.MaxValue, false)], _cluster.Partitions[(Cluster.Topic, 0)].Ends);
        Assert.Equal(fresh, _cluster.Producer(expected: last));
        Assert.Equal(KafkaError.InvalidProducerIdMapping, _cluster.Add(last, 0));
        Assert.Equal(KafkaError.None, _cluster.Add(fresh, 0));
        Assert.True(_cluster.Append(fresh, 0, "a"));
        Assert.False(_cluster.Append(last, 0, "late"));
    }

    [Fact]
    public void The_number_of_transactional_ids_is_bounded()
    {
        using var cluster = new Cluster(new TransactionOptions { MaxTransactionalIds = 2 });
        cluster.Producer("a");
        cluster.Producer("b");

        Assert.Equal(KafkaError.PolicyViolation, cluster.Init("c").Error);
        Assert.Equal(KafkaError.None, cluster.Init("a").Error);

        cluster.Time.Advance(TimeSpan.FromDays(8));
        Assert.Equal(KafkaError.None, cluster.Init("c").Error);
    }
}
