using Millrace.Broker.Protocol;

namespace Millrace.Broker.Transactions;

/// <summary>A <see cref="TransactionEntry"/> as it is stored.</summary>
internal sealed class StoredTransaction : IWireStruct
{
    private long _producerId;
    private short _epoch;
    private long _lastProducerId;
    private short _lastEpoch;
    private int _timeoutMs;
    private sbyte _state;
    private List<StoredTopic> _topics = [];
    private List<string> _groups = [];
    private long _startedMs;
    private long _updatedMs;

    public static StoredTransaction Of(TransactionEntry entry) => new()
    {
        _producerId = entry.Producer.Id,
        _epoch = entry.Producer.Epoch,
        _lastProducerId = entry.Last.Id,
        _lastEpoch = entry.Last.Epoch,
        _timeoutMs = (int)entry.Timeout.TotalMilliseconds,
        _state = (sbyte)entry.State,
        _topics = [.. entry.Partitions.GroupBy(one => one.Topic).Select(topic => new StoredTopic { Name = topic.Key, Partitions = [.. topic.Select(one => one.Partition)] })],
        _groups = [.. entry.Groups],
        _startedMs = entry.Started.ToUnixTimeMilliseconds(),
        _updatedMs = entry.Updated.ToUnixTimeMilliseconds(),
    };

    public TransactionEntry Entry() => new()
    {
        Producer = new(_producerId, _epoch),
        Last = new(_lastProducerId, _lastEpoch),
        Timeout = TimeSpan.FromMilliseconds(_timeoutMs),
        State = (TransactionState)_state,
        Partitions = _topics.SelectMany(topic => topic.Partitions.Select(partition => new TransactionPartition(topic.Name, partition))).ToHashSet(),
        Groups = _groups.ToHashSet(),
        Started = DateTimeOffset.FromUnixTimeMilliseconds(_startedMs),
        Updated = DateTimeOffset.FromUnixTimeMilliseconds(_updatedMs),
    };

    public void Describe(Wire wire)
    {
        wire.Int64(ref _producerId);
        wire.Int16(ref _epoch);
        wire.Int64(ref _lastProducerId);
        wire.Int16(ref _lastEpoch);
        wire.Int32(ref _timeoutMs);
        wire.Int8(ref _state);
        wire.Array(ref _topics);
        wire.Strings(ref _groups);
        wire.Int64(ref _startedMs);
        wire.Int64(ref _updatedMs);
        wire.Tags();
    }

    private sealed class StoredTopic : IWireStruct
    {
        public string Name = "";
        public List<int> Partitions = [];

        public void Describe(Wire wire)
        {
            wire.String(ref Name);
            wire.Int32s(ref Partitions);
            wire.Tags();
        }
    }
}
