using Millrace.Broker.Protocol;
using Millrace.Broker.Storage;

namespace Millrace.Broker.Groups;

/// <summary>The offsets of a group: those that are committed, and those that wait for the end of a transaction.</summary>
/// <remarks>Guarded by the lock of the group. What a method changes is in the journal, in one write, before it can be seen.</remarks>
internal sealed class GroupOffsets(string group, Journal journal)
{
    // Whose epochs are remembered: one producer per partition of the largest groups, and then some.
    private const int MaxProducers = 10_000;

    private readonly Dictionary<TopicPartition, CommittedOffset> _committed = [];
    private readonly Dictionary<long, PendingOffsets> _pending = [];
    private readonly OrderedDictionary<long, short> _epochs = [];
    private long _sequence;

    public bool IsEmpty => _committed.Count == 0 && _pending.Count == 0;

    public IReadOnlyDictionary<TopicPartition, CommittedOffset> Committed => _committed;

    public bool HasPending(TopicPartition partition) => _pending.Values.Any(pending => pending.Contains(partition));

    /// <summary>Takes back what the journal has.</summary>
    public void Restore(TopicPartition partition, CommittedOffset offset)
    {
        _committed[partition] = offset;
        _sequence = Math.Max(_sequence, offset.Sequence);
    }

    /// <summary>Takes back what the journal has.</summary>
    public void Restore(long producerId, PendingOffsets pending)
    {
        _pending[producerId] = pending;
        _epochs[producerId] = pending.ProducerEpoch;
        _sequence = Math.Max(_sequence, pending.Entries.Max(entry => entry.Committed.Sequence));
    }

    public void Commit(IReadOnlyDictionary<TopicPartition, CommittedOffset> offsets)
    {
        foreach (var offset in offsets.Values)
        {
            offset.Sequence = ++_sequence;
        }

        Write([.. offsets.Select(one => Set(one.Key, one.Value))]);
        foreach (var (partition, offset) in offsets)
        {
            _committed[partition] = offset;
        }
    }

    /// <summary>Keeps offsets until the transaction of the producer ends; refused if a newer epoch of it has been here.</summary>
    public KafkaError CommitPending(long producerId, short epoch, IReadOnlyDictionary<TopicPartition, CommittedOffset> offsets)
    {
        if (_epochs.TryGetValue(producerId, out var newest) && newest > epoch)
        {
            return KafkaError.InvalidProducerEpoch;
        }

        Remember(producerId, epoch);
        if (offsets.Count == 0)
        {
            return KafkaError.None;
        }

        // What an older epoch left is of a transaction that can only have been aborted.
        var former = _pending.TryGetValue(producerId, out var found) && found.ProducerEpoch == epoch ? found.Entries : [];
        var pending = new PendingOffsets
        {
            ProducerEpoch = epoch,
            Entries =
            [
                .. former.Where(entry => !offsets.ContainsKey(entry.TopicPartition)),
                .. offsets.Select(one => new PendingOffsets.Entry { Topic = one.Key.Topic, Partition = one.Key.Partition, Committed = one.Value }),
            ],
        };
        foreach (var offset in offsets.Values)
        {
            offset.Sequence = ++_sequence;
        }

        Write([Set(producerId, pending)]);
        _pending[producerId] = pending;
        return KafkaError.None;
    }

    /// <summary>Makes the pending offsets of the producer visible, or drops them.</summary>
    public void End(long producerId, short epoch, bool committed)
    {
        if (_epochs.TryGetValue(producerId, out var newest) && newest > epoch)
        {
            return;
        }

        Remember(producerId, epoch);
        if (!_pending.TryGetValue(producerId, out var pending))
        {
            return;
        }

        var visible = committed
            ? pending.Entries.Where(entry => !_committed.TryGetValue(entry.TopicPartition, out var now) || now.Sequence < entry.Committed.Sequence).ToList()
            : [];
        Write([Forget(GroupKeys.PendingOf(group, producerId)), .. visible.Select(entry => Set(entry.TopicPartition, entry.Committed))]);
        _pending.Remove(producerId);
        foreach (var entry in visible)
        {
            _committed[entry.TopicPartition] = entry.Committed;
        }
    }

    public void Delete(IReadOnlyCollection<TopicPartition> partitions)
    {
        Write([.. partitions.Select(partition => Forget(GroupKeys.Offset(group, partition)))]);
        foreach (var partition in partitions)
        {
            _committed.Remove(partition);
        }
    }

    /// <summary>Forgets everything about a topic, pending or not.</summary>
    public void DeleteTopic(string topic)
    {
        var partitions = _committed.Keys.Where(partition => partition.Topic == topic).ToList();
        var pending = _pending.Where(one => one.Value.Entries.Any(entry => entry.Topic == topic)).Select(one => KeyValuePair.Create(one.Key, new PendingOffsets
        {
            ProducerEpoch = one.Value.ProducerEpoch,
            Entries = [.. one.Value.Entries.Where(entry => entry.Topic != topic)],
        })).ToList();
        Write(
        [
            .. partitions.Select(partition => Forget(GroupKeys.Offset(group, partition))),
            .. pending.Select(one => one.Value.Entries.Count == 0 ? Forget(GroupKeys.PendingOf(group, one.Key)) : Set(one.Key, one.Value)),
        ]);
        foreach (var partition in partitions)
        {
            _committed.Remove(partition);
        }

        foreach (var (producerId, left) in pending)
        {
            _pending.Remove(producerId);
            if (left.Entries.Count > 0)
            {
                _pending.Add(producerId, left);
            }
        }
    }

    /// <summary>Forgets everything, and the group with it.</summary>
    public void DeleteAll()
    {
        Write(
        [
            Forget(GroupKeys.Group(group)),
            .. _committed.Keys.Select(partition => Forget(GroupKeys.Offset(group, partition))),
            .. _pending.Keys.Select(producerId => Forget(GroupKeys.PendingOf(group, producerId))),
        ]);
        _committed.Clear();
        _pending.Clear();
    }

    private void Write(ReadOnlySpan<KeyValuePair<string, byte[]?>> changes)
    {
        if (changes.Length > 0)
        {
            journal.Write(changes);
        }
    }

    private void Remember(long producerId, short epoch)
    {
        _epochs.Remove(producerId);
        _epochs.Add(producerId, epoch);
        if (_epochs.Count > MaxProducers)
        {
            _epochs.RemoveAt(0);
        }
    }

    private KeyValuePair<string, byte[]?> Set(TopicPartition partition, CommittedOffset offset) =>
        new(GroupKeys.Offset(group, partition), WireBytes.Of(offset));

    private KeyValuePair<string, byte[]?> Set(long producerId, PendingOffsets pending) =>
        new(GroupKeys.PendingOf(group, producerId), WireBytes.Of(pending));

    private static KeyValuePair<string, byte[]?> Forget(string key) => new(key, null);
}
