using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Millrace.Broker.Protocol;
using Millrace.Broker.Requests;
using Millrace.Broker.Storage;

namespace Millrace.Broker.Topics;

/// <summary>The topics that there are.</summary>
/// <remarks>Thread-safe; readers take no lock. A topic is in the journal before it is used, and out of it before its records go.</remarks>
internal sealed class TopicTable : IDisposable
{
    /// <summary>The partitions that all topics have together, at most: each costs memory, and a client can ask for any number.</summary>
    public const int MaxPartitions = 100_000;

    private const string Prefix = "topic/";
    private readonly Lock _gate = new();
    private readonly Journal _journal;
    private readonly TopicVolumes _volumes;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private int _partitions;
    private ImmutableSortedDictionary<string, Topic> _topics = ImmutableSortedDictionary.Create<string, Topic>(StringComparer.Ordinal);

    /// <summary>Opens the topics of the journal, several at a time.</summary>
    /// <exception cref="StorageException">What is stored is damaged.</exception>
    public TopicTable(Journal journal, TopicVolumes volumes, LogSettings defaults, TimeProvider time, ILogger logger)
    {
        (_journal, _volumes, Defaults, _time, _logger) = (journal, volumes, defaults, time, logger);
        var stored = journal.Read(Prefix).Select(entry => (Name: entry.Key[Prefix.Length..], State: WireBytes.To<TopicState>(entry.Value))).ToList();
        volumes.DeleteAllBut(stored.Select(topic => (topic.Name, topic.State.Id)));
        var logs = new PartitionLog[stored.Sum(topic => topic.State.Partitions)];
        var partitions = stored.SelectMany(topic => Enumerable.Range(0, topic.State.Partitions).Select(partition => (topic.Name, topic.State, Partition: partition))).ToList();
        try
        {
            Each(partitions.Count, i => logs[i] = Open(partitions[i].Name, partitions[i].State.Id, partitions[i].Partition, Settings(Overrides(partitions[i].State))));
        }
        catch (Exception exception) when (exception is AggregateException or StorageException)
        {
            foreach (var log in logs)
            {
                log?.Dispose();
            }

            throw exception is AggregateException several ? several.Flatten().InnerExceptions[0] : exception;
        }

        var next = 0;
        foreach (var (name, state) in stored)
        {
            _topics = _topics.Add(name, new Topic(name, state.Id, Overrides(state), [.. logs.AsSpan(next, state.Partitions)]));
            next += state.Partitions;
        }

        _partitions = next;
    }

    /// <summary>What holds where a topic says nothing.</summary>
    public LogSettings Defaults { get; }

    /// <summary>All topics, by name.</summary>
    public IReadOnlyCollection<Topic> All => [.. Volatile.Read(ref _topics).Values];

    /// <summary>The topic of that name; null where there is none.</summary>
    public Topic? Find(string name) => Volatile.Read(ref _topics).GetValueOrDefault(name);

    /// <summary>The partition; null where there is none.</summary>
    public PartitionLog? Log(string topic, int partition) =>
        Find(topic) is { } found && (uint)partition < (uint)found.Partitions.Length ? found.Partitions[partition] : null;

    /// <summary>Creates a topic.</summary>
    /// <returns>Why not, and the same in words.</returns>
    public (KafkaError Error, string? Message) Create(string name, int partitions, IEnumerable<KeyValuePair<string, string>> overrides, bool validateOnly = false)
    {
        lock (_gate)
        {
            var own = overrides.ToImmutableSortedDictionary(StringComparer.Ordinal);
            var settings = TopicSetting.Resolve(Defaults, own, out var wrong);
            if (TopicName.Wrong(name) is { } wrongName)
            {
                return (KafkaError.InvalidTopic, wrongName);
            }

            if (_topics.ContainsKey(name))
            {
                return (KafkaError.TopicAlreadyExists, $"Topic '{name}' already exists.");
            }

            if (WrongCount(partitions, have: 0) is { } wrongCount)
            {
                return (KafkaError.InvalidPartitions, wrongCount);
            }

            if (wrong is not null || validateOnly)
            {
                return (wrong is null ? KafkaError.None : KafkaError.InvalidConfig, wrong);
            }

            var id = Guid.NewGuid();
            Store(name, id, partitions, own);
            _topics = _topics.Add(name, new Topic(name, id, own, [.. Enumerable.Range(0, partitions).Select(partition => Open(name, id, partition, settings))]));
            _partitions += partitions;
            return (KafkaError.None, null);
        }
    }

    /// <summary>Adds partitions to a topic.</summary>
    /// <param name="name">The topic.</param>
    /// <param name="count">How many it shall have in all.</param>
    /// <param name="validateOnly">Whether nothing is to be done but to say whether it could be.</param>
    public (KafkaError Error, string? Message) Grow(string name, int count, bool validateOnly)
    {
        lock (_gate)
        {
            if (!_topics.TryGetValue(name, out var topic))
            {
                return (KafkaError.UnknownTopicOrPartition, $"There is no topic {Quote.Of(name)}.");
            }

            var have = topic.Partitions.Length;
            if (count <= have)
            {
                return (KafkaError.InvalidPartitions, $"Topic '{name}' has {have} partitions, and can only get more, not {count}.");
            }

            if (WrongCount(count, have) is { } wrong)
            {
                return (KafkaError.InvalidPartitions, wrong);
            }

            if (!validateOnly)
            {
                Store(name, topic.Id, count, topic.Overrides);
                var settings = Settings(topic.Overrides);
                var added = Enumerable.Range(have, count - have).Select(partition => Open(name, topic.Id, partition, settings));
                _topics = _topics.SetItem(name, topic with { Partitions = topic.Partitions.AddRange(added) });
                _partitions += count - have;
            }

            return (KafkaError.None, null);
        }
    }

    /// <summary>Changes a topic's settings.</summary>
    /// <param name="name">The topic.</param>
    /// <param name="change">What becomes of its own settings.</param>
    /// <param name="validateOnly">Whether nothing is to be done but to say whether it could be.</param>
    public (KafkaError Error, string? Message) Alter(string name, Func<ImmutableSortedDictionary<string, string>, ImmutableSortedDictionary<string, string>> change, bool validateOnly)
    {
        lock (_gate)
        {
            if (!_topics.TryGetValue(name, out var topic))
            {
                return (KafkaError.UnknownTopicOrPartition, $"There is no topic {Quote.Of(name)}.");
            }

            var overrides = change(topic.Overrides);
            var settings = TopicSetting.Resolve(Defaults, overrides, out var wrong);
            if (wrong is not null)
            {
                return (KafkaError.InvalidConfig, wrong);
            }

            if (!validateOnly)
            {
                Store(name, topic.Id, topic.Partitions.Length, overrides);
                _topics = _topics.SetItem(name, topic with { Overrides = overrides });
                foreach (var log in topic.Partitions)
                {
                    log.Settings = settings;
                }
            }

            return (KafkaError.None, null);
        }
    }

    /// <summary>Deletes a topic with its records.</summary>
    public KafkaError Delete(string name)
    {
        lock (_gate)
        {
            if (!_topics.TryGetValue(name, out var topic))
            {
                return KafkaError.UnknownTopicOrPartition;
            }

            _journal.Write(KeyValuePair.Create(Prefix + name, (byte[]?)null));
            _topics = _topics.Remove(name);
            _partitions -= topic.Partitions.Length;
            foreach (var log in topic.Partitions)
            {
                log.Delete();
            }

            _volumes.Delete(name, topic.Id);
            return KafkaError.None;
        }
    }

    /// <summary>Closes the partitions so that the next start is quick.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            var logs = _topics.Values.SelectMany(topic => topic.Partitions).ToList();
            Each(logs.Count, i => logs[i].Dispose());
            _topics = _topics.Clear();
        }
    }

    // Where there are few, a start is over before several threads have begun.
    private static void Each(int count, Action<int> open)
    {
        if (count > 64)
        {
            Parallel.For(0, count, open);
            return;
        }

        for (var i = 0; i < count; i++)
        {
            open(i);
        }
    }

    private static ImmutableSortedDictionary<string, string> Overrides(TopicState state) =>
        state.Overrides.ToImmutableSortedDictionary(one => one.Name, one => one.Value!, StringComparer.Ordinal);

    private LogSettings Settings(ImmutableSortedDictionary<string, string> overrides) => TopicSetting.Resolve(Defaults, overrides, out _);

    private string? WrongCount(int partitions, int have) =>
        partitions < 1 ? $"A topic cannot have {partitions} partitions; allowed are 1 and more."
        : (long)_partitions - have + partitions > MaxPartitions ? $"This broker keeps {MaxPartitions} partitions at most; {partitions} are too many."
        : null;

    private void Store(string name, Guid id, int partitions, ImmutableSortedDictionary<string, string> overrides) =>
        _journal.Write(KeyValuePair.Create(Prefix + name, (byte[]?)WireBytes.Of(new TopicState
        {
            Id = id,
            Partitions = partitions,
            Overrides = [.. overrides.Select(one => new NewConfig { Name = one.Key, Value = one.Value })],
        })));

    private PartitionLog Open(string name, Guid id, int partition, LogSettings settings) =>
        PartitionLog.Open(_volumes.Open(name, id, partition), settings, _time, _logger);
}
