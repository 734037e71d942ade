using System.Collections.Concurrent;
using Millrace.Core;
using Millrace.Kafka;

namespace Millrace.Local;

/// <summary>What was fed, what every stage did with it, and what is left to do.</summary>
internal sealed class DevAccount : IDisposable
{
    private readonly StageCatalog _catalog;
    private readonly StreamCollector? _collector;
    private readonly Dictionary<string, StageRunner> _runners;
    private readonly Dictionary<string, LagReader> _lags;
    private readonly Dictionary<string, long> _lag = [];
    private readonly ConcurrentDictionary<string, long> _fed = new();
    private volatile bool _feedEnded;
    private long _unacknowledged;
    private long _notFed;

    public DevAccount(IEnumerable<StageRunner> runners, StageCatalog catalog, KafkaOptions kafka, StreamCollector? collector)
    {
        (_catalog, _collector) = (catalog, collector);
        _runners = runners.ToDictionary(runner => runner.Stage.Name);
        _lags = catalog.Stages.ToDictionary(stage => stage.Name, stage => new LagReader(kafka, stage.Name, stage.InputTopics, stage.ReplayTopic));
    }

    /// <summary>The stages, upstream first, as of the last refresh.</summary>
    public IReadOnlyList<StageAccount> Stages { get; private set; } = [];

    /// <summary>Events produced so far.</summary>
    public long FedInAll => _fed.Values.Sum();

    /// <summary>Whether all that was fed has come out at the end, and every consumer group has committed it.</summary>
    public bool IsDrained { get; private set; }

    /// <summary>Events that could not be fed at all.</summary>
    public long NotFed => Interlocked.Read(ref _notFed);

    /// <summary>Events of the feed that the broker has not acknowledged.</summary>
    public long Unacknowledged => Interlocked.Read(ref _unacknowledged);

    /// <summary>Events that some stage, or the collector, has yet to deal with.</summary>
    public long Backlog
    {
        get
        {
            var written = 0L;
            var backlog = 0L;
            foreach (var stage in _catalog.Stages)
            {
                var tally = _runners[stage.Name].Tally;
                backlog += Math.Max(0, Expected(stage) - Settled(tally));
                written += tally.Outputs + tally.Failed;
            }

            return backlog + (_collector is null ? 0 : Math.Max(0, written - _collector.Count));
        }
    }

    public void Fed(string stream)
    {
        Interlocked.Increment(ref _unacknowledged);
        _fed.AddOrUpdate(stream, 1, static (_, count) => count + 1);
    }

    public void TakeBack(string stream)
    {
        Interlocked.Decrement(ref _unacknowledged);
        _fed.AddOrUpdate(stream, 0, static (_, count) => count - 1);
    }

    public void Acknowledged() => Interlocked.Decrement(ref _unacknowledged);

    public void LeaveOut() => Interlocked.Increment(ref _notFed);

    public void FeedEnded() => _feedEnded = true;

    /// <summary>Looks at every stage anew. Upstream first: once a stage has committed all its input, all its output is there to be seen.</summary>
    public void Refresh()
    {
        var ended = _feedEnded;
        foreach (var stage in _catalog.Stages)
        {
            _lag[stage.Name] = _lags[stage.Name].Read().Values.Sum();
        }

        Stages = [.. _catalog.Stages.Select(stage => StageAccount.Of(_runners[stage.Name], _lag[stage.Name]))];
        var atRest = Unacknowledged == 0 && _lag.Values.All(lag => lag == 0) && Stages.All(stage => stage.Balances);
        IsDrained = ended && Backlog == 0 && atRest;
    }

    public void Dispose()
    {
        foreach (var lag in _lags.Values)
        {
            lag.Dispose();
        }
    }

    // What an earlier run has left, or other programs write, is not known here: then a stage may have done more than was expected.
    private long Expected(StageDefinition stage) =>
        stage.Inputs.Sum(input => _fed.GetValueOrDefault(input.Name)) +
        _catalog.Stages.Where(other => other.Outputs.Any(output => stage.Inputs.Contains(output.Stream))).Sum(other => _runners[other.Name].Tally.Outputs);

    private static long Settled(StageTally tally) => tally.Emitted + tally.Filtered + tally.Failed;
}
