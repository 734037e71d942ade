using Millrace.Broker.Transactions;

namespace Millrace.Broker.Tests.Transactions;

/// <summary>The broker dies before and after every write, and before and after every participant is told.</summary>
public sealed class TransactionCrashTests
{
    // Of every fresh cluster.
    private static readonly ProducerIdentity First = new(0, 0);

    private static readonly string[] Values = ["p0", "p1", "g"];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_transaction_is_all_or_nothing_wherever_its_end_was_cut_off(bool committed)
    {
        var outcomes = new HashSet<bool>();
        foreach (var cluster in Crashes(
            cluster => Begin(cluster, cluster.Producer()),
            (cluster, producer) => cluster.End(producer, committed)))
        {
            cluster.Restart();

            // What was not decided is still open: the client ends it, and what was decided says so.
            var error = cluster.End(First, committed);

            Assert.Equal(KafkaError.None, error);
            outcomes.Add(AssertWhole(cluster));
        }

        Assert.Equal([committed], outcomes);
    }

    [Fact]
    public void What_was_decided_before_a_crash_cannot_be_decided_otherwise_after_it()
    {
        var errors = new HashSet<(KafkaError, bool)>();
        foreach (var cluster in Crashes(
            cluster => Begin(cluster, cluster.Producer()),
            (cluster, producer) => cluster.End(producer, committed: true)))
        {
            cluster.Restart();

            var error = cluster.End(First, committed: false);

            errors.Add((error, AssertWhole(cluster)));
        }

        Assert.Equal(new HashSet<(KafkaError, bool)> { (KafkaError.None, false), (KafkaError.InvalidTxnState, true) }, errors);
    }

    [Fact]
    public void A_takeover_that_was_cut_off_neither_commits_nor_leaves_anything_open()
    {
        foreach (var cluster in Crashes(
            cluster => Begin(cluster, cluster.Producer()),
            (cluster, _) => cluster.Producer()))
        {
            cluster.Restart();

            var producer = cluster.Producer();

            Assert.True(producer.Epoch > First.Epoch);
            Assert.NotEqual(KafkaError.None, cluster.End(First, committed: true));
            Assert.False(AssertWhole(cluster));
            Begin(cluster, producer);
            Assert.Equal(KafkaError.None, cluster.End(producer, committed: true));
            Assert.True(AssertWhole(cluster));
        }
    }

    [Fact]
    public void A_producer_whose_request_for_a_higher_epoch_was_cut_off_may_ask_again()
    {
        foreach (var cluster in Crashes(
            cluster => Begin(cluster, cluster.Producer()),
            (cluster, producer) => cluster.Producer(expected: producer)))
        {
            cluster.Restart();

            var producer = cluster.Producer(expected: First);

            Assert.True(producer.Epoch > First.Epoch);
            Assert.False(AssertWhole(cluster));
            Begin(cluster, producer);
            Assert.Equal(KafkaError.None, cluster.End(producer, committed: true));
            Assert.True(AssertWhole(cluster));
        }
    }

    [Fact]
    public void A_timeout_that_was_cut_off_is_an_abort()
    {
        foreach (var cluster in Crashes(
            cluster => Begin(cluster, cluster.Producer(timeoutMs: 1_000)),
            (cluster, _) => cluster.Time.Advance(TimeSpan.FromSeconds(1))))
        {
            cluster.Restart();
            cluster.Time.Advance(TimeSpan.FromSeconds(1));

            Assert.Equal(KafkaError.ProducerFenced, cluster.End(First, committed: true));
            Assert.False(AssertWhole(cluster));
        }
    }

    [Fact]
    public void A_beginning_that_was_cut_off_can_be_repeated()
    {
        foreach (var cluster in Crashes(
            cluster => cluster.Producer(),
            (cluster, producer) => cluster.Add(producer, 0, 1)))
        {
            cluster.Restart();

            Begin(cluster, First);
            cluster.End(First, committed: true);

            Assert.True(AssertWhole(cluster));
        }
    }

    [Fact]
    public void An_end_that_failed_without_a_crash_is_finished_by_the_next_request()
    {
        foreach (var cluster in Crashes(
            cluster => Begin(cluster, cluster.Producer()),
            (cluster, producer) => cluster.End(producer, committed: true)))
        {
            Assert.Equal(KafkaError.None, cluster.End(First, committed: true));

            Assert.True(AssertWhole(cluster));
        }
    }

    /// <summary>The clusters in which the action was cut off at its first step, at its second, and so on until it comes through.</summary>
    private static IEnumerable<Cluster> Crashes(Func<Cluster, ProducerIdentity> prepare, Action<Cluster, ProducerIdentity> action)
    {
        var crashed = true;
        for (var at = 1; crashed; at++)
        {
            using var cluster = new Cluster(partitions: 2);
            var producer = prepare(cluster);
            crashed = false;
            var step = 0;
            cluster.Step = () =>
            {
                if (++step >= at)
                {
                    crashed = true;
                    throw new IOException($"Died at step {at}.");
                }
            };
            try
            {
                action(cluster, producer);
            }
            catch (IOException) when (crashed)
            {
            }

            cluster.Step = () => { };
            yield return cluster;
            Assert.True(at < 50, "The action never comes through.");
        }
    }

    private static ProducerIdentity Begin(Cluster cluster, ProducerIdentity producer)
    {
        Assert.Equal(KafkaError.None, cluster.Add(producer, 0, 1));
        Assert.Equal(KafkaError.None, cluster.AddGroup(producer, "g"));
        Assert.True(cluster.Append(producer, 0, Values[0]));
        Assert.True(cluster.Append(producer, 1, Values[1]));
        Assert.Equal(KafkaError.None, cluster.Coordinator.Check("id", producer.Id, producer.Epoch, "g"));
        Assert.True(cluster.Group("g").Append(producer.Id, producer.Epoch, Values[2]));
        return producer;
    }

    private static bool AssertWhole(Cluster cluster)
    {
        var participants = cluster.Partitions.Values.Concat(cluster.Groups.Values).ToList();
        Assert.DoesNotContain(participants, participant => participant.HasOpen);
        var visible = participants.SelectMany(participant => participant.Visible).ToList();
        Assert.Equal(visible.Count == 0 ? [] : Values, visible);
        return visible.Count > 0;
    }
}
