using Millrace.Broker.Protocol;

namespace Millrace.Broker.Storage;

/// <summary>What a partition knows of an idempotent producer.</summary>
internal sealed class ProducerState : IWireStruct
{
    // As many requests as an idempotent producer may have on their way.
    private const int Remembered = 5;

    private long _id;
    private short _epoch = -1;
    private long _lastUsed;
    private long _openSince = -1;
    private List<ProducerBatch> _batches = new(Remembered);

    /// <summary>One that an answer will make known.</summary>
    public ProducerState()
    {
    }

    /// <summary>One of which nothing is known yet.</summary>
    public ProducerState(long id) => _id = id;

    public long Id => _id;

    /// <summary>-1 before the first batch.</summary>
    public short Epoch => _epoch;

    /// <summary>When it last wrote, in milliseconds since 1970 by the broker's clock.</summary>
    public long LastUsed => _lastUsed;

    /// <summary>The first offset of its open transaction; -1 without one.</summary>
    public long OpenSince
    {
        get => _openSince;
        set => _openSince = value;
    }

    /// <summary>The base offset that a batch got when it was sent before; null when it was not, or is forgotten.</summary>
    public long? Repeated(in BatchHeader header)
    {
        if (header.ProducerEpoch == _epoch)
        {
            foreach (var batch in _batches)
            {
                if (batch.FirstSequence == header.BaseSequence && batch.LastSequence == header.LastSequence)
                {
                    return batch.BaseOffset;
                }
            }
        }

        return null;
    }

    /// <summary>Why a batch that was not sent before may not follow; null when it may.</summary>
    public (KafkaError Error, string Message)? Refuse(in BatchHeader header)
    {
        if (header.ProducerEpoch < _epoch)
        {
            return (KafkaError.InvalidProducerEpoch, $"The producer {_id} has the epoch {header.ProducerEpoch}; a newer one has {_epoch}.");
        }

        if (_openSince >= 0 && !header.IsTransactional)
        {
            return (KafkaError.InvalidTxnState, $"The producer {_id} writes outside of the transaction that it has open since offset {_openSince}.");
        }

        var expected = header.ProducerEpoch == _epoch && _batches.Count > 0 ? BatchHeader.Sequence(_batches[^1].LastSequence, 1) : 0;
        return _epoch >= 0 && header.BaseSequence != expected
            ? (KafkaError.OutOfOrderSequenceNumber, $"The producer {_id} (epoch {header.ProducerEpoch}) sent the sequence number {header.BaseSequence} where {expected} comes next.")
            : null;
    }

    /// <summary>Takes note of a batch that was appended.</summary>
    public void Append(in BatchHeader header, long baseOffset, long now)
    {
        RaiseEpoch(header.ProducerEpoch, now);
        if (_batches.Count == Remembered)
        {
            _batches.RemoveAt(0);
        }

        _batches.Add(new ProducerBatch { FirstSequence = header.BaseSequence, LastSequence = header.LastSequence, BaseOffset = baseOffset });
    }

    /// <summary>Fences older epochs; the sequence numbers of a new one begin at 0.</summary>
    public void RaiseEpoch(short epoch, long now)
    {
        _lastUsed = now;
        if (epoch > _epoch)
        {
            _epoch = epoch;
            _batches.Clear();
        }
    }

    public void Describe(Wire wire)
    {
        wire.Int64(ref _id);
        wire.Int16(ref _epoch);
        wire.Int64(ref _lastUsed);
        wire.Int64(ref _openSince);
        wire.Array(ref _batches);
        wire.Tags();
    }
}
