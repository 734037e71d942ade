using Millrace.Broker.Transactions;

namespace Millrace.Broker.Tests.Transactions;

public sealed class TransactionCoordinatorTests : IDisposable
{
    private readonly Cluster _cluster = new();

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public void Partitions_that_exist_are_not_added_beside_one_that_does_not()
    {
        var producer = _cluster.Producer();

        var response = _cluster.AddPartitions(producer, [(Cluster.Topic, 0), (Cluster.Topic, 9), ("absent", 0)]);

        Assert.Equal(
            [(0, KafkaError.OperationNotAttempted), (9, KafkaError.UnknownTopicOrPartition), (0, KafkaError.UnknownTopicOrPartition)],
            response.Topics.SelectMany(topic => topic.Partitions).Select(partition => (partition.Index, partition.Error)));
        Assert.Equal([Cluster.Topic, "absent"], response.Topics.Select(topic => topic.Name));
        Assert.NotEqual(KafkaError.None, _cluster.Coordinator.Check(producer.Id, producer.Epoch, Cluster.Topic, 0));
    }

    [Fact]
    public void A_partition_takes_records_from_when_it_is_added_until_the_transaction_ends()
    {
        var producer = _cluster.Producer();
        Assert.False(_cluster.Append(producer, 0, "early"));
        _cluster.Add(producer, 0);
        Assert.True(_cluster.Append(producer, 0, "a"));
        Assert.False(_cluster.Append(producer, 1, "elsewhere"));

        _cluster.End(producer, committed: true);

        Assert.False(_cluster.Append(producer, 0, "late"));
        Assert.Equal(["a"], _cluster.Partitions[(Cluster.Topic, 0)].Visible);
    }

    [Fact]
    public void Adding_a_partition_again_succeeds_without_a_write()
    {
        var producer = _cluster.Producer();
        _cluster.Add(producer, 0, 1);
        var writes = _cluster.Store.Writes;

        Assert.Equal(KafkaError.None, _cluster.Add(producer, 1));

        Assert.Equal(writes, _cluster.Store.Writes);
    }

    [Fact]
    public void A_transaction_costs_three_writes()
    {
        var producer = _cluster.Producer();
        var writes = _cluster.Store.Writes;

        _cluster.Add(producer, 0, 1, 2);
        _cluster.End(producer, committed: true);

        Assert.Equal(writes + 3, _cluster.Store.Writes);
    }

    [Fact]
    public void An_abort_drops_what_was_written()
    {
        var producer = _cluster.Producer();
        _cluster.Add(producer, 0);
        _cluster.Append(producer, 0, "a");

        Assert.Equal(KafkaError.None, _cluster.End(producer, committed: false));

        Assert.Empty(_cluster.Partitions[(Cluster.Topic, 0)].Visible);
        Assert.False(_cluster.Partitions[(Cluster.Topic, 0)].HasOpen);
    }

    [Fact]
    public void Every_participant_is_told_of_the_end_once()
    {
        var producer = _cluster.Producer();
        _cluster.Add(producer, 0, 2);
        _cluster.AddGroup(producer, "g");

        _cluster.End(producer, committed: true);

        var end = (producer.Id, producer.Epoch, true);
        Assert.Equal([end], _cluster.Partitions[(Cluster.Topic, 0)].Ends);
        Assert.Empty(_cluster.Partitions[(Cluster.Topic, 1)].Ends);
        Assert.Equal([end], _cluster.Partitions[(Cluster.Topic, 2)].Ends);
        Assert.Equal([end], _cluster.Groups["g"].Ends);
    }

    [Fact]
    public void The_next_transaction_has_none_of_the_last_one_s_participants()
    {
        var producer = _cluster.Producer();
        _cluster.Add(producer, 0);
        _cluster.AddGroup(producer, "g");
        _cluster.End(producer, committed: true);

        _cluster.Add(producer, 1);
        _cluster.End(producer, committed: true);

        Assert.Single(_cluster.Partitions[(Cluster.Topic, 0)].Ends);
        Assert.Single(_cluster.Groups["g"].Ends);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_same_end_again_succeeds_and_the_other_one_does_not(bool committed)
    {
        var producer = _cluster.Producer();
        _cluster.Add(producer, 0);
        _cluster.End(producer, committed);

        Assert.Equal(KafkaError.None, _cluster.End(producer, committed));
        Assert.Equal(KafkaError.InvalidTxnState, _cluster.End(producer, !committed));
        Assert.Single(_cluster.Partitions[(Cluster.Topic, 0)].Ends);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_transaction_that_has_not_begun_cannot_be_ended(bool committed) =>
        Assert.Equal(KafkaError.InvalidTxnState, _cluster.End(_cluster.Producer(), committed));

    [Fact]
    public void A_partition_that_was_deleted_does_not_stand_in_the_way_of_the_end()
    {
        var producer = _cluster.Producer();
        _cluster.Add(producer, 0, 1);
        _cluster.Append(producer, 1, "a");
        _cluster.Partitions.Remove((Cluster.Topic, 0));

        Assert.Equal(KafkaError.None, _cluster.End(producer, committed: true));

        Assert.Equal(["a"], _cluster.Partitions[(Cluster.Topic, 1)].Visible);
    }

    [Theory]
    [InlineData(1, KafkaError.InvalidProducerEpoch)]
    [InlineData(2, KafkaError.ProducerFenced)]
    public void A_fenced_producer_is_told_so_in_the_words_of_the_version(short version, KafkaError expected)
    {
        var zombie = _cluster.Producer();
        _cluster.Producer();

        Assert.Equal(expected, _cluster.AddTo("id", zombie, version, 0));
        Assert.Equal(expected, _cluster.AddGroup(zombie, "g", version));
        Assert.Equal(expected, _cluster.End(zombie, committed: true, version));
    }

    [Fact]
    public void A_producer_of_another_transactional_id_is_refused()
    {
        _cluster.Producer();
        var other = _cluster.Producer("other");

        Assert.Equal(KafkaError.InvalidProducerIdMapping, _cluster.Add(other, 0));
        Assert.Equal(KafkaError.InvalidProducerIdMapping, _cluster.AddGroup(other, "g"));
        Assert.Equal(KafkaError.InvalidProducerIdMapping, _cluster.End(other, committed: true));
    }

    [Fact]
    public void A_transactional_id_that_nobody_has_opened_is_refused()
    {
        var producer = _cluster.Producer("other");

        Assert.Equal(KafkaError.InvalidProducerIdMapping, _cluster.Add(producer, 0));
        Assert.Equal(KafkaError.InvalidProducerIdMapping, _cluster.AddGroup(producer, "g"));
        Assert.Equal(KafkaError.InvalidProducerIdMapping, _cluster.End(producer, committed: true));
        Assert.Equal(KafkaError.InvalidProducerIdMapping, _cluster.Coordinator.Check("id", producer.Id, producer.Epoch, "g"));
        Assert.False(_cluster.Coordinator.Fence("id"));
    }

    [Fact]
    public void Offsets_are_taken_only_of_groups_that_were_added()
    {
        var producer = _cluster.Producer();
        Assert.Equal(KafkaError.InvalidTxnState, Check("g"));
        _cluster.AddGroup(producer, "g");

        Assert.Equal(KafkaError.None, Check("g"));
        Assert.Equal(KafkaError.InvalidTxnState, Check("other"));

        _cluster.End(producer, committed: true);
        Assert.Equal(KafkaError.InvalidTxnState, Check("g"));

        KafkaError Check(string group) => _cluster.Coordinator.Check("id", producer.Id, producer.Epoch, group);
    }

    [Fact]
    public void Offsets_of_a_fenced_or_unknown_producer_are_not_taken()
    {
        var zombie = _cluster.Producer();
        _cluster.AddGroup(zombie, "g");
        _cluster.Producer();

        Assert.Equal(KafkaError.InvalidProducerEpoch, _cluster.Coordinator.Check("id", zombie.Id, zombie.Epoch, "g"));
        Assert.Equal(KafkaError.InvalidProducerIdMapping, _cluster.Coordinator.Check("id", zombie.Id + 1, zombie.Epoch, "g"));
    }

    [Fact]
    public void A_group_without_a_name_is_refused() => Assert.Equal(KafkaError.InvalidGroupId, _cluster.AddGroup(_cluster.Producer(), ""));

    [Fact]
    public void A_transaction_holds_a_bounded_number_of_groups()
    {
        var producer = _cluster.Producer();
        for (var i = 0; i < Transaction.MaxGroups; i++)
        {
            Assert.Equal(KafkaError.None, _cluster.AddGroup(producer, $"g{i}"));
        }

        Assert.Equal(KafkaError.PolicyViolation, _cluster.AddGroup(producer, "one too many"));
        Assert.Equal(KafkaError.None, _cluster.AddGroup(producer, "g0"));
    }

    [Fact]
    public async Task While_a_transaction_is_being_ended_others_are_asked_to_come_again()
    {
        var producer = _cluster.Producer();
        _cluster.Add(producer, 0);
        using var told = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        _cluster.Partitions[(Cluster.Topic, 0)].Step = () =>
        {
            told.Set();
            release.Wait();
        };

        var ending = Task.Run(() => _cluster.End(producer, committed: true));
        told.Wait();
        try
        {
            Assert.Equal(KafkaError.ConcurrentTransactions, _cluster.Add(producer, 1));
            Assert.Equal(KafkaError.ConcurrentTransactions, _cluster.AddGroup(producer, "g"));
            Assert.Equal(KafkaError.ConcurrentTransactions, _cluster.End(producer, committed: true));
            Assert.Equal(KafkaError.ConcurrentTransactions, _cluster.Init().Error);
            Assert.Equal(KafkaError.InvalidTxnState, _cluster.Coordinator.Check(producer.Id, producer.Epoch, Cluster.Topic, 0));
        }
        finally
        {
            release.Set();
        }

        Assert.Equal(KafkaError.None, await ending);
    }

    [Fact]
    public void Fencing_aborts_the_transaction_and_shuts_its_producer_out()
    {
        var producer = _cluster.Producer();
        _cluster.Add(producer, 0);

        Assert.True(_cluster.Coordinator.Fence("id"));

        Assert.Equal([(producer.Id, (short)(producer.Epoch + 1), false)], _cluster.Partitions[(Cluster.Topic, 0)].Ends);
        Assert.Equal(KafkaError.ProducerFenced, _cluster.End(producer, committed: true));
    }

    [Fact]
    public void Fencing_shuts_out_a_producer_that_has_no_transaction()
    {
        var producer = _cluster.Producer();

        Assert.True(_cluster.Coordinator.Fence("id"));

        Assert.Equal(KafkaError.ProducerFenced, _cluster.Add(producer, 0));
    }

    [Fact]
    public void Fencing_again_and_again_leaves_the_id_usable()
    {
        _cluster.Producer();
        for (var i = 0; i <= short.MaxValue; i++)
        {
            _cluster.Coordinator.Fence("id");
        }

        Assert.Equal(KafkaError.None, _cluster.Add(_cluster.Producer(), 0));
    }

    [Fact]
    public async Task No_record_slips_in_behind_the_end_if_the_log_asks_under_its_lock()
    {
        var partition = new FakeParticipant();
        var log = new Lock();
        using var cluster = new Cluster(lookup: (_, _) => new Locked(partition, log));
        var producer = cluster.Producer();
        cluster.Add(producer, 0);
        using var decided = new CountdownEvent(2);
        cluster.Store.Step = () =>
        {
            if (!decided.IsSet)
            {
                decided.Signal();
            }
        };
        Task<KafkaError> ending;
        lock (log)
        {
            Assert.Equal(KafkaError.None, cluster.Coordinator.Check(producer.Id, producer.Epoch, Cluster.Topic, 0));
            ending = Task.Run(() => cluster.End(producer, committed: true));

            // Before and after the decision was written.
            Assert.True(decided.Wait(Clients.Patience));
            partition.Append(producer.Id, producer.Epoch, "a");
        }

        Assert.Equal(KafkaError.None, await ending);
        Assert.Equal(["a"], partition.Visible);
        lock (log)
        {
            Assert.NotEqual(KafkaError.None, cluster.Coordinator.Check(producer.Id, producer.Epoch, Cluster.Topic, 0));
        }
    }

    private sealed class Locked(FakeParticipant inner, Lock gate) : ITransactionParticipant
    {
        public void End(long producerId, short producerEpoch, bool committed)
        {
            lock (gate)
            {
                inner.End(producerId, producerEpoch, committed);
            }
        }
    }
}
