using Millrace.Broker.Transactions;
using Xunit.Abstractions;

namespace Millrace.Broker.Tests.Transactions;

/// <summary>Two producers that believe in the same transactional id, with crashes and timeouts in between.</summary>
public sealed class TransactionInterleavingTests(ITestOutputHelper output)
{
    private const int Partitions = 3;

    [Fact]
    public void Of_two_producers_only_the_newer_one_commits_and_never_half()
    {
        const int Seed = 20_260_101;
        output.WriteLine($"Seed {Seed}");
        var random = new Random(Seed);
        var commits = 0;
        var crashes = 0;
        for (var round = 0; round < 400; round++)
        {
            using var run = new Run(random);
            run.Play(60);
            commits += run.Commits;
            crashes += run.Crashes;
        }

        output.WriteLine($"{commits} commits, {crashes} crashes");
        Assert.True(commits > 400 && crashes > 400, "The interleavings test too little.");
    }

    private sealed class Run(Random random) : IDisposable
    {
        private readonly Cluster _cluster = new(partitions: Partitions);
        private readonly Client[] _clients = [new(), new()];
        private readonly List<Unit> _units = [];
        private ProducerIdentity _newest = ProducerIdentity.None;

        public int Commits { get; private set; }

        public int Crashes { get; private set; }

        public void Play(int steps)
        {
            for (var i = 0; i < steps; i++)
            {
                var crash = random.Next(8) == 0 ? random.Next(1, 8) : int.MaxValue;
                var crashed = false;
                var step = 0;
                _cluster.Step = () =>
                {
                    if (++step >= crash)
                    {
                        crashed = true;
                        throw new IOException("Died.");
                    }
                };
                try
                {
                    Step(_clients[random.Next(2)]);
                }
                catch (IOException) when (crashed)
                {
                }

                if (crashed)
                {
                    Crashes++;
                    _cluster.Step = () => { };
                    _cluster.Restart();
                }
            }

            _cluster.Step = () => { };
            _cluster.Producer();
            Check();
        }

        public void Dispose() => _cluster.Dispose();

        private void Step(Client client)
        {
            switch (random.Next(12))
            {
                case 0:
                    (client.Producer, client.Unit, client.Ending) = (null, null, null);
                    client.Producer = _newest = _cluster.Producer(timeoutMs: 10_000);
                    break;
                case 1:
                    _cluster.Time.Advance(TimeSpan.FromSeconds(random.Next(7)));
                    break;
                case 2 or 3 when client is { Producer: { } producer, Unit: { } unit }:
                    (client.Unit, client.Ending) = (null, random.Next(4) > 0);
                    unit.Fate = client.Ending is true ? Fate.Unknown : Fate.Aborted;
                    client.Ended = unit;
                    End(client, producer, asksAgain: false);
                    break;
                case > 1 when client is { Producer: { } producer, Ending: not null }:
                    End(client, producer, asksAgain: true);
                    break;
                default:
                    if (client is { Producer: { } writer, Ending: null })
                    {
                        Write(client, writer);
                    }

                    break;
            }
        }

        private void Write(Client client, ProducerIdentity producer)
        {
            var partition = random.Next(Partitions);
            if (_cluster.Add(producer, partition) is not KafkaError.None)
            {
                return;
            }

            if (client.Unit is null)
            {
                client.Unit = new Unit(_units.Count);
                _units.Add(client.Unit);
            }

            var value = $"{client.Unit.Number}/{client.Unit.Values.Count}";
            if (_cluster.Append(producer, partition, value))
            {
                client.Unit.Values.Add(value);
            }
        }

        private void End(Client client, ProducerIdentity producer, bool asksAgain)
        {
            var committed = client.Ending is true;
            var error = _cluster.End(producer, committed);
            client.Ending = null;
            if (error is not KafkaError.None)
            {
                // It may have succeeded when it was asked first, and the answer was lost.
                client.Ended!.Fate = committed && asksAgain ? Fate.Unknown : Fate.Aborted;
                return;
            }

            Assert.Equal(_newest, producer);
            client.Ended!.Fate = committed ? Fate.Committed : Fate.Aborted;
            Commits += committed ? 1 : 0;
        }

        private void Check()
        {
            Assert.DoesNotContain(_cluster.Partitions.Values, partition => partition.HasOpen);
            var visible = _cluster.Partitions.Values.SelectMany(partition => partition.Visible).ToList();
            Assert.Equal(visible.Count, visible.Distinct().Count());
            foreach (var unit in _units)
            {
                var seen = unit.Values.Count(visible.Contains);
                var allowed = unit.Fate switch
                {
                    Fate.Committed => seen == unit.Values.Count,
                    Fate.Unknown => seen == 0 || seen == unit.Values.Count,
                    _ => seen == 0,
                };
                Assert.True(allowed, $"Transaction {unit.Number} ({unit.Fate}) wrote {unit.Values.Count} records, of which {seen} are visible.");
            }
        }
    }

    private enum Fate
    {
        NeverEnded,

        /// <summary>A commit was asked for, and its answer lost.</summary>
        Unknown,
        Committed,
        Aborted,
    }

    private sealed class Client
    {
        public ProducerIdentity? Producer { get; set; }

        /// <summary>What it is writing.</summary>
        public Unit? Unit { get; set; }

        /// <summary>Whether it waits for the answer to a commit (true) or an abort (false).</summary>
        public bool? Ending { get; set; }

        /// <summary>What it ended last.</summary>
        public Unit? Ended { get; set; }
    }

    private sealed class Unit(int number)
    {
        public int Number => number;

        public List<string> Values { get; } = [];

        public Fate Fate { get; set; }
    }
}
