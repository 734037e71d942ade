using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Millrace.Kafka;

namespace Millrace.Local;

/// <summary>Asks a cluster about topics, offsets and groups, many at a time; nothing is written to it.</summary>
/// <remarks>Methods throw <see cref="KafkaException"/> where the brokers do not answer in time. Used by one caller at a time.</remarks>
internal sealed class ClusterReader : IDisposable
{
    private static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(10);

    private readonly IAdminClient _admin;
    private readonly FirstRecords _firsts;
    private readonly TimeSpan _patience;

    /// <summary>Connects with the first question.</summary>
    /// <param name="kafka">How to reach the cluster.</param>
    /// <param name="patience">How long an answer may take; null is ten seconds.</param>
    public ClusterReader(KafkaOptions kafka, TimeSpan? patience = null)
    {
        _patience = patience ?? UsualPatience;
        var config = new AdminClientConfig { BootstrapServers = kafka.BootstrapServers };
        foreach (var (name, value) in kafka.Client)
        {
            config.Set(name, value);
        }

        _admin = new AdminClientBuilder(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        _firsts = new FirstRecords(kafka);
    }

    /// <summary>The partitions of those of the topics that there are.</summary>
    public async Task<IReadOnlyList<TopicPartition>> PartitionsAsync(IReadOnlyCollection<string> topics)
    {
        var known = await Task.Run(() => _admin.GetMetadata(_patience));
        return [.. from topic in known.Topics
                   where topics.Contains(topic.Topic) && !topic.Error.IsError
                   from partition in topic.Partitions
                   orderby topic.Topic, partition.PartitionId
                   select new TopicPartition(topic.Topic, partition.PartitionId)];
    }

    /// <summary>From where to where the partitions have records.</summary>
    public async Task<IReadOnlyDictionary<TopicPartition, PartitionEnds>> EndsAsync(IReadOnlyCollection<TopicPartition> partitions)
    {
        if (partitions.Count == 0)
        {
            return new Dictionary<TopicPartition, PartitionEnds>();
        }

        var begins = ListAsync(partitions, OffsetSpec.Earliest(), IsolationLevel.ReadUncommitted);
        var stable = ListAsync(partitions, OffsetSpec.Latest(), IsolationLevel.ReadCommitted);
        var ends = ListAsync(partitions, OffsetSpec.Latest(), IsolationLevel.ReadUncommitted);
        var found = await Task.WhenAll(begins, stable, ends);
        return partitions.ToDictionary(partition => partition, partition => new PartitionEnds(found[0][partition], found[1][partition], found[2][partition]));
    }

    /// <summary>What a group has committed, an open transaction's offsets aside; partitions of which it has nothing are left out.</summary>
    public async Task<IReadOnlyDictionary<TopicPartition, long>> CommittedAsync(string group, IReadOnlyCollection<TopicPartition> partitions)
    {
        if (partitions.Count == 0)
        {
            return new Dictionary<TopicPartition, long>();
        }

        var found = await _admin.ListConsumerGroupOffsetsAsync(
            [new ConsumerGroupTopicPartitions(group, [.. partitions])], new ListConsumerGroupOffsetsOptions { RequestTimeout = _patience, RequireStableOffsets = false });
        return found[0].Partitions.Where(entry => entry.Offset.Value >= 0).ToDictionary(entry => entry.TopicPartition, entry => entry.Offset.Value);
    }

    /// <summary>How many members each of the groups has.</summary>
    public async Task<IReadOnlyDictionary<string, int>> MembersAsync(IReadOnlyCollection<string> groups)
    {
        if (groups.Count == 0)
        {
            return new Dictionary<string, int>();
        }

        var described = await _admin.DescribeConsumerGroupsAsync(groups, new DescribeConsumerGroupsOptions { RequestTimeout = _patience });
        return described.ConsumerGroupDescriptions.ToDictionary(group => group.GroupId, group => group.Members.Count);
    }

    /// <summary>The first committed record at or behind each offset; partitions that have none are left out.</summary>
    public Task<IReadOnlyDictionary<TopicPartition, (long Offset, DateTimeOffset Time)>> FirstAsync(IReadOnlyCollection<TopicPartitionOffset> from) =>
        Task.Run(() => _firsts.Find(from, _patience));

    /// <summary>The largest batch of records that a topic takes, in bytes: <c>max.message.bytes</c>.</summary>
    public async Task<long> MaxRecordBytesAsync(string topic)
    {
        var described = await _admin.DescribeConfigsAsync([new ConfigResource { Type = ResourceType.Topic, Name = topic }], new DescribeConfigsOptions { RequestTimeout = _patience });
        return described[0].Entries.TryGetValue("max.message.bytes", out var entry) && long.TryParse(entry.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : long.MaxValue;
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        _admin.Dispose();
        _firsts.Dispose();
    }

    private async Task<Dictionary<TopicPartition, long>> ListAsync(IEnumerable<TopicPartition> partitions, OffsetSpec spec, IsolationLevel isolation)
    {
        var found = await _admin.ListOffsetsAsync(
            partitions.Select(partition => new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = spec }),
            new ListOffsetsOptions { RequestTimeout = _patience, IsolationLevel = isolation });
        return found.ResultInfos.ToDictionary(entry => entry.TopicPartitionOffsetError.TopicPartition, entry => entry.TopicPartitionOffsetError.Offset.Value);
    }
}
