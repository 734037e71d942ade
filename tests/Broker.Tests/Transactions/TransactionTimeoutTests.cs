namespace Millrace.Broker.Tests.Transactions;

public sealed class TransactionTimeoutTests : IDisposable
{
    private readonly Cluster _cluster = new();

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public void A_transaction_that_is_not_ended_in_time_is_aborted_and_its_producer_fenced()
    {
        var producer = _cluster.Producer(timeoutMs: 1_000);
        _cluster.Add(producer, 0);
        _cluster.Append(producer, 0, "a");

        _cluster.Time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Empty(_cluster.Partitions[(Cluster.Topic, 0)].Ends);
        _cluster.Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal([(producer.Id, producer.Raised.Epoch, false)], _cluster.Partitions[(Cluster.Topic, 0)].Ends);
        Assert.Equal(KafkaError.ProducerFenced, _cluster.End(producer, committed: true));
        Assert.Equal(KafkaError.ProducerFenced, _cluster.Init(expected: producer).Error);
    }

    [Fact]
    public void The_timeout_counts_from_the_beginning_not_from_the_last_addition()
    {
        var producer = _cluster.Producer(timeoutMs: 1_000);
        _cluster.AddGroup(producer, "g");
        _cluster.Time.Advance(TimeSpan.FromMilliseconds(600));
        _cluster.Add(producer, 0);

        _cluster.Time.Advance(TimeSpan.FromMilliseconds(400));

        Assert.Single(_cluster.Partitions[(Cluster.Topic, 0)].Ends);
        Assert.Single(_cluster.Groups["g"].Ends);
    }

    [Fact]
    public void Every_transaction_has_its_own_time()
    {
        var producer = _cluster.Producer(timeoutMs: 1_000);
        for (var i = 0; i < 3; i++)
        {
            _cluster.Add(producer, 0);
            _cluster.Time.Advance(TimeSpan.FromMilliseconds(600));
            Assert.Equal(KafkaError.None, _cluster.End(producer, committed: true));
        }

        _cluster.Add(producer, 0);
        _cluster.Time.Advance(TimeSpan.FromMilliseconds(1_000));

        Assert.Equal(KafkaError.ProducerFenced, _cluster.End(producer, committed: true));
    }

    [Fact]
    public void A_producer_without_a_transaction_is_not_fenced_by_time()
    {
        var producer = _cluster.Producer(timeoutMs: 1_000);

        _cluster.Time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(KafkaError.None, _cluster.Add(producer, 0));
    }

    [Fact]
    public void After_a_restart_a_transaction_is_ongoing_and_its_time_counts_on()
    {
        var producer = _cluster.Producer(timeoutMs: 1_000);
        _cluster.Add(producer, 0);
        _cluster.Time.Advance(TimeSpan.FromMilliseconds(600));

        _cluster.Restart();
        Assert.True(_cluster.Append(producer, 0, "a"));
        _cluster.Time.Advance(TimeSpan.FromMilliseconds(399));
        Assert.True(_cluster.Append(producer, 0, "b"));
        _cluster.Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.False(_cluster.Append(producer, 0, "c"));
        Assert.Equal(KafkaError.ProducerFenced, _cluster.End(producer, committed: true));
    }

    [Fact]
    public void A_transaction_whose_time_ran_out_while_the_broker_was_down_is_aborted_at_the_start()
    {
        var producer = _cluster.Producer(timeoutMs: 1_000);
        _cluster.Add(producer, 0);
        _cluster.Coordinator.Dispose();
        _cluster.Time.Advance(TimeSpan.FromHours(1));
        Assert.Empty(_cluster.Partitions[(Cluster.Topic, 0)].Ends);

        _cluster.Restart();
        _cluster.Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal([(producer.Id, producer.Raised.Epoch, false)], _cluster.Partitions[(Cluster.Topic, 0)].Ends);
    }

    [Fact]
    public void An_abort_that_fails_is_tried_again()
    {
        var producer = _cluster.Producer(timeoutMs: 1_000);
        _cluster.Add(producer, 0);
        _cluster.Step = () => throw new IOException("no space");
        _cluster.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(_cluster.Partitions[(Cluster.Topic, 0)].Ends);
        _cluster.Step = () => { };

        _cluster.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal([(producer.Id, producer.Raised.Epoch, false)], _cluster.Partitions[(Cluster.Topic, 0)].Ends);
    }

    [Fact]
    public void Transactional_ids_that_nobody_uses_expire()
    {
        var idle = _cluster.Producer("idle");
        var busy = _cluster.Producer("id", timeoutMs: 900_000);
        _cluster.Time.Advance(TimeSpan.FromDays(4));
        _cluster.Add(busy, 0);
        _cluster.End(busy, committed: true);
        _cluster.Time.Advance(TimeSpan.FromDays(4));

        Assert.Equal(1, _cluster.Coordinator.Maintain());
        _cluster.Restart();

        Assert.Equal(KafkaError.InvalidProducerIdMapping, _cluster.AddTo("idle", idle, 3, 0));
        Assert.Equal(KafkaError.None, _cluster.Add(busy, 0));
    }

    [Fact]
    public void An_ongoing_transaction_keeps_its_id_from_expiring()
    {
        using var cluster = new Cluster(new() { IdExpiry = TimeSpan.FromMinutes(1) });
        var producer = cluster.Producer(timeoutMs: 900_000);
        cluster.Add(producer, 0);
        cluster.Time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(0, cluster.Coordinator.Maintain());
        Assert.Equal(KafkaError.None, cluster.End(producer, committed: true));
    }
}
