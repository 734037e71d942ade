using System.Globalization;
using System.Text.RegularExpressions;
using Confluent.Kafka;

namespace Millrace.Local;

/// <summary>Where a backfill begins or ends: a time, an offset for all partitions, or one for each.</summary>
internal sealed partial class BackfillBound
{
    /// <summary>What an option takes, in words.</summary>
    public const string Allowed = "a time such as 2026-01-31T12:00:00Z, an offset for every partition such as 1200, one for each such as 0:1200,1:900, or 'earliest'";

    private readonly Func<ClusterOffsets, TopicPartition, long?> _resolve;

    private BackfillBound(Func<ClusterOffsets, TopicPartition, long?> resolve) => _resolve = resolve;

    /// <summary>Whether it names partitions, which only one topic has.</summary>
    public bool NamesPartitions => Partitions.Count > 0;

    /// <summary>The partitions that it names; none where it is about all.</summary>
    public IReadOnlyCollection<int> Partitions { get; private init; } = [];

    /// <summary>Reads the value of an option.</summary>
    /// <exception cref="UsageException">It is nothing that is allowed.</exception>
    public static BackfillBound Parse(string option, string text)
    {
        if (text == "earliest")
        {
            return new BackfillBound((_, _) => 0);
        }

        if (Number().IsMatch(text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
        {
            return new BackfillBound((_, _) => offset) { NamesOffsets = true };
        }

        if (Pairs().IsMatch(text))
        {
            return ParsePairs(option, text);
        }

        return TryParseTime(text, out var time)
            ? new BackfillBound((cluster, partition) => cluster.OffsetAt(partition, time.ToUnixTimeMilliseconds())) { Time = time }
            : throw new UsageException($"{option} is '{text}'; allowed is {Allowed}.");
    }

    /// <summary>Reads a time.</summary>
    public static bool TryParseTime(string text, out DateTimeOffset time)
    {
        time = default;
        return text.Contains('-', StringComparison.Ordinal) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
    }

    /// <summary>The time, where it is one.</summary>
    public DateTimeOffset? Time { get; private init; }

    /// <summary>Whether offsets are named, which a partition may not have.</summary>
    public bool NamesOffsets { get; private init; }

    /// <summary>The offset in a partition, within what there is; null where it is not about this partition.</summary>
    public long? Resolve(ClusterOffsets cluster, TopicPartition partition) =>
        Find(cluster, partition) is { } offset ? Math.Clamp(offset, cluster.Begin(partition), cluster.End(partition)) : null;

    /// <summary>The offset in a partition, whether there is one or not; null where it is not about this partition.</summary>
    public long? Find(ClusterOffsets cluster, TopicPartition partition) => _resolve(cluster, partition);

    private static BackfillBound ParsePairs(string option, string text)
    {
        var offsets = new Dictionary<int, long>();
        foreach (var pair in text.Split(',').Select(pair => pair.Split(':')))
        {
            if (!int.TryParse(pair[0], NumberStyles.None, CultureInfo.InvariantCulture, out var partition) || !long.TryParse(pair[1], NumberStyles.None, CultureInfo.InvariantCulture, out var at) || !offsets.TryAdd(partition, at))
            {
                throw new UsageException($"{option} is '{text}'; allowed is {Allowed}, each partition once.");
            }
        }

        return new BackfillBound((_, partition) => offsets.TryGetValue(partition.Partition.Value, out var at) ? at : null) { Partitions = offsets.Keys, NamesOffsets = true };
    }

    [GeneratedRegex("^[0-9]+$")]
    private static partial Regex Number();

    [GeneratedRegex("^[0-9]+:[0-9]+(,[0-9]+:[0-9]+)*$")]
    private static partial Regex Pairs();
}
