using Millrace.Broker.Groups;
using Millrace.Broker.Protocol;
using Xunit.Abstractions;

namespace Millrace.Broker.Tests.Groups;

public sealed class GroupSimulationTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Whoever_comes_and_goes_generations_stay_apart_and_the_group_settles(int initialDelay)
    {
        for (var seed = 1; seed <= 40; seed++)
        {
            output.WriteLine($"seed {seed}");
            using var run = new Run(seed, initialDelay);
            await run.DisturbAsync(400);
            await run.SettleAsync();
        }
    }

    private sealed class Run(int seed, int initialDelay) : IDisposable
    {
        private readonly Random _random = new(seed);
        private readonly TestGroups _groups = new(new GroupOptions { InitialRebalanceDelay = TimeSpan.FromSeconds(initialDelay) });
        private readonly List<SimulatedMember> _alive = [];
        private readonly List<SimulatedMember> _gone = [];
        private readonly List<JoinGroupResponse> _history = [];
        private readonly Dictionary<(int Generation, int Partition), string> _owners = [];
        private readonly Dictionary<int, string> _assigners = [];
        private long _offset;

        private int Generation => _groups.Journal.Read(GroupKeys.Groups) is [var entry] ? WireBytes.To<GroupRecord>(entry.Value).Generation : 0;

        public async Task DisturbAsync(int steps)
        {
            for (var step = 0; step < steps; step++)
            {
                Act();

                // Some are slow to go on.
                foreach (var member in _alive.Where(_ => _random.Next(3) > 0).ToList())
                {
                    await member.StepAsync();
                }

                Check();
            }
        }

        public async Task SettleAsync()
        {
            if (_alive.Count == 0)
            {
                Start(null);
            }

            for (var second = 0; second < 120; second++)
            {
                foreach (var member in _alive)
                {
                    await member.StepAsync();
                    member.Heartbeat();
                    await member.StepAsync();
                }

                _groups.Advance(1);
                Check();
            }

            _alive.RemoveAll(member => member.Fenced);
            Assert.Equal(GroupState.Stable, _groups.State());
            Assert.All(_alive, member => Assert.Equal(Generation, member.Joined!.GenerationId));
            Assert.Equal(Enumerable.Range(0, SimulatedMember.Partitions), _alive.SelectMany(member => member.Owned!).Order());
            Assert.All(_alive, member => Assert.Equal(KafkaError.None, _groups.Commit(++_offset, member.Joined, instance: member.Instance)));
            Assert.Equal(_offset, _groups.Committed());
        }

        public void Dispose()
        {
            _groups.Dispose();
            foreach (var member in _alive.Concat(_gone))
            {
                member.Dispose();
            }
        }

        private void Act()
        {
            var one = _alive.Count == 0 ? null : _alive[_random.Next(_alive.Count)];
            switch (_random.Next(40))
            {
                case < 3 when _alive.Count < 6:
                    Start(_random.Next(2) == 0 ? null : $"instance {_random.Next(4)}");
                    break;

                case 3 when one is not null:
                    one.Leave();
                    Lose(one);
                    break;

                case 4 when one is not null:
                    // A crash; sometimes nobody notices that the connection is gone.
                    if (_random.Next(2) == 0)
                    {
                        one.Disconnect();
                    }

                    Lose(one);
                    break;

                case 5 when _random.Next(5) == 0:
                    _groups.Restart();
                    break;

                case 6 when one?.Joined is not null:
                    one.Join();
                    break;

                case < 20:
                    Commit();
                    break;

                default:
                    _groups.Advance(_random.NextDouble() * 3);
                    foreach (var member in _alive)
                    {
                        member.Heartbeat();
                    }

                    break;
            }
        }

        private void Start(string? instance)
        {
            var member = new SimulatedMember(_groups, instance);
            _alive.Add(member);
            member.Join();
        }

        private void Lose(SimulatedMember member)
        {
            _alive.Remove(member);
            _gone.Add(member);
        }

        // Of anybody, whether it is still there or not, and of any time.
        private void Commit()
        {
            if (_history.Count == 0)
            {
                return;
            }

            var joined = _history[_random.Next(2) == 0 ? ^1 : _random.Next(_history.Count)];
            var before = _groups.Committed();
            var error = _groups.Commit(++_offset, joined);
            if (joined.GenerationId != Generation)
            {
                Assert.NotEqual(KafkaError.None, error);
            }

            Assert.Equal(error == KafkaError.None ? _offset : before, _groups.Committed());
        }

        private void Check()
        {
            foreach (var member in _alive.Where(member => member.Joined is not null))
            {
                var joined = member.Joined!;
                Assert.InRange(joined.GenerationId, 1, Generation);
                if (!_history.Contains(joined))
                {
                    _history.Add(joined);
                    if (joined.Members.Count > 0)
                    {
                        Assert.Equal(joined.MemberId, _assigners.GetValueOrDefault(joined.GenerationId, joined.MemberId));
                        _assigners[joined.GenerationId] = joined.MemberId;
                    }
                }

                foreach (var partition in member.Owned ?? [])
                {
                    // A static member that starts again has what the one before it had.
                    var owner = member.Instance ?? joined.MemberId;
                    Assert.Equal(owner, _owners.GetValueOrDefault((joined.GenerationId, partition), owner));
                    _owners[(joined.GenerationId, partition)] = owner;
                }
            }
        }
    }
}
